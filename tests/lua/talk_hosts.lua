-- In the style of the talk of 2017: a page of the hosts with their traffic.
dirs = ntop.getDirs()
package.path = dirs.installdir .. "/scripts/lua/modules/?.lua;" .. package.path
require "lua_utils"

sendHTTPContentTypeHeader('text/html')

interface.select("eth0")
local hosts_stats = interface.getHostsInfo()

print("<html><head><title>Hosts</title></head><body>\n<table>\n")
print("<tr><th>Host</th><th>Name</th><th>Sent</th><th>Received</th></tr>\n")

for key, host in pairsByKeys(hosts_stats["hosts"], asc) do
  print("<tr><td>" .. key .. "</td><td>" .. host["name"] .. "</td><td>" ..
    bytesToSize(host["bytes.sent"]) .. "</td><td>" .. bytesToSize(host["bytes.rcvd"]) .. "</td></tr>\n")
end

print("</table>\n</body></html>\n")
