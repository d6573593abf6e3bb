-- /lua/hosts.lua?sort=column_traffic: a page in the style of ntopng's scripts. What is printed is
-- the answer. ntopng's names, with its keys: docs/lua.md lists what differs.
require "lua_utils"
sendHTTPContentTypeHeader("text/html")

local sort = _GET["sort"] or "column_traffic"

-- Details, sort column, most hosts, hosts to skip, ascending.
local answer = interface.getHostsInfo(true, sort, 20, 0, false)

print("<html><head><title>Hosts</title></head><body>\n")
print("<h1>" .. answer.numHosts .. " hosts</h1>\n<table>\n")
print("<tr><th>Host</th><th>Name</th><th>Sent</th><th>Received</th><th>Now</th></tr>\n")
-- `hosts` is a map, which knows no order: hosts_sorted holds the same rows as they were asked for.
for _, host in ipairs(answer.hosts_sorted) do
  print("<tr><td>" .. host.ip .. "</td><td>" .. (host.name or "") .. "</td>")
  print("<td>" .. bytesToSize(host["bytes.sent"]) .. "</td>")
  print("<td>" .. bytesToSize(host["bytes.rcvd"]) .. "</td>")
  -- ntopng's throughput_bps is BYTES a second.
  print("<td>" .. bitsToSize(8 * host["throughput_bps"]) .. "</td></tr>\n")
end
print("</table></body></html>\n")
