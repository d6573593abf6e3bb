-- SPDX-License-Identifier: Apache-2.0
-- What callbacks for ntopng expect of `require "callback_utils"`.
local callback_utils = {}

-- Calls callback(name, stats) for each interface, selected, for which condition(name, stats) holds.
function callback_utils.foreachInterface(ifnames, condition, callback)
  for _, name in pairs(ifnames or interface.getIfNames()) do
    interface.select(name)
    local stats = interface.getStats()
    if condition == nil or condition(name, stats) then callback(name, stats) end
  end
  return true
end

-- Calls callback("ip" or "ip@vlan", host) for each host. False: the deadline, in seconds since 1970,
-- came before the last one.
local function foreach(hosts, deadline, callback)
  for key, host in pairs(hosts) do
    if deadline and os.time() >= deadline then return false end
    callback(key, host)
  end
  return true
end

function callback_utils.foreachLocalHost(name, deadline, callback)
  interface.select(name)
  return foreach(interface.getLocalHostsInfo().hosts, deadline, callback)
end

function callback_utils.foreachHost(name, deadline, callback)
  interface.select(name)
  return foreach(interface.getHostsInfo().hosts, deadline, callback)
end

return callback_utils
