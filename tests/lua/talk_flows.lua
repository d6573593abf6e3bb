-- In the style of the talk of 2017: the latencies of the TCP connections there are.
dirs = ntop.getDirs()
package.path = dirs.installdir .. "/scripts/lua/modules/?.lua;" .. package.path
require "lua_utils"

sendHTTPContentTypeHeader('text/html')

interface.select("eth0")
local flows_stats = interface.getFlowsInfo()
flows_stats = flows_stats["flows"]

for num, fl in ipairs(flows_stats) do
  if (fl["proto.14"] == "TCP") and fl["tcp_established"] then
    print(fl["cli.ip"] .. ":" .. fl["cli.port"] .. " -> " .. fl["srv.ip"] .. ":" .. fl["srv.port"])
    print(" [client: " .. fl["tcp.nw_latency.client"] .. " ms]")
    print(" [server: " .. fl["tcp.nw_latency.server"] .. " ms]<br>\n")
  end
end
