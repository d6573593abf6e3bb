-- The alert checks that come with wiregauge: functions that take the settings, and raise alerts.
-- An alert is over when it is not raised again within TTL_S.
local TTL_S = 150

-- One pass over the minute's flow records, for all checks that look at them.
local minute

local function host_name(ip, vlan)
  return vlan > 0 and ip .. "@" .. vlan or ip
end

local function client_key(flow)
  return flow.interface .. " " .. host_name(flow.client.ip, flow.vlan)
end

local function count_record(flow, of_client)
  local server = flow.server.ip
  if not of_client.servers[server] then
    of_client.servers[server] = true
    of_client.contacts = of_client.contacts + 1
  end
  if flow.l4.name == "TCP" and flow.state == "ended" then
    if flow.tcp_state == "syn_sent" then
      of_client.unanswered = of_client.unanswered + 1
    elseif (flow.goodput_ratio or 1) < 0.4 then
      of_client.low_goodput = of_client.low_goodput + 1
    end
  end
end

-- A client with fewer records than the least limit is beyond none: only of the others, which are
-- few also in a flood, more is kept than a number.
local function count_clients(records, least)
  local records_of, clients = {}, {}
  for _, flow in ipairs(records) do
    local key = client_key(flow)
    records_of[key] = (records_of[key] or 0) + 1
  end
  for _, flow in ipairs(records) do
    local key = client_key(flow)
    if records_of[key] >= least then
      clients[key] = clients[key] or { unanswered = 0, low_goodput = 0, servers = {}, contacts = 0 }
      count_record(flow, clients[key])
    end
  end
  return clients
end

-- Of a host's risks of one name the first flow is told.
local function find_risks(records, severities, most)
  local risks, seen = {}, {}
  for _, flow in ipairs(records) do
    for _, risk in ipairs(flow.risks) do
      local key = severities[risk.severity] and client_key(flow) .. " " .. risk.name
      if key and not seen[key] then
        seen[key] = true
        risks[#risks + 1] = { flow = flow.id, interface = flow.interface, name = risk.name,
          host = host_name(flow.client.ip, flow.vlan), server = flow.server.ip,
          severity = risk.severity }
        if #risks == most then
          return risks
        end
      end
    end
  end
  return risks
end

local function read_minute(settings)
  if minute then
    return minute
  end
  local records = wiregauge.ended_flows()
  local least = math.min(settings.unanswered_syns_a_minute or math.huge,
    settings.contacts_a_minute or math.huge, settings.low_goodput_flows_a_minute or math.huge)
  local severities = settings.risk_severities or {}
  minute = {
    clients = least < math.huge and count_clients(records, least) or {},
    risks = next(severities) and find_risks(records, severities, settings.most_alerts or 50) or {},
  }
  return minute
end

-- The limit that holds for a name; nil: none.
local function limit_of(limits, name)
  local limit = limits and limits[name]
  if limit == nil and limits then
    limit = limits["*"]
  end
  return limit or nil
end

-- Raises an alert for each host whose count is beyond the limit, the largest first.
local function raise_for_clients(settings, field, limit, describe)
  if not limit then
    return
  end
  local found = {}
  for key, counts in pairs(read_minute(settings).clients) do
    if counts[field] >= limit then
      local interface, host = key:match("^(.*) ([^ ]*)$")
      found[#found + 1] = { interface = interface, host = host, value = counts[field] }
    end
  end
  table.sort(found, function(a, b) return a.value > b.value end)
  for i = 1, math.min(#found, settings.most_alerts or 50) do
    local alert = describe(found[i])
    alert.interface, alert.host = found[i].interface, found[i].host
    alert.value, alert.threshold, alert.ttl_s = found[i].value, limit, TTL_S
    wiregauge.alerts.raise(alert)
  end
end

local function bits(bps)
  if bps >= 1e9 then
    return string.format("%.2f Gbit/s", bps / 1e9)
  elseif bps >= 1e6 then
    return string.format("%.1f Mbit/s", bps / 1e6)
  end
  return string.format("%.0f kbit/s", bps / 1e3)
end

-- Rates of interfaces, hosts and networks.

local function check_interface_rates(settings)
  for _, interface in ipairs(wiregauge.interfaces()) do
    local limit = limit_of(settings.interface_bps, interface.name)
    local bps = interface.throughput_bps.now
    if limit and bps > limit then
      wiregauge.alerts.raise {
        type = "interface_throughput", severity = "warning", kind = "interface",
        interface = interface.name, name = interface.name, value = bps, threshold = limit,
        ttl_s = TTL_S,
        text = interface.name .. " carries " .. bits(bps) .. ", more than " .. bits(limit) .. ".",
      }
    end
  end
end

local function check_host_rates(settings)
  local limits = settings.host_bps
  if not limits or next(limits) == nil then
    return
  end
  local raised = 0
  for _, host in ipairs(wiregauge.hosts { sort = "-throughput_bps.now" }) do
    local limit = limit_of(limits, host.host)
    local bps = host.throughput_bps.now
    if bps == 0 or raised == (settings.most_alerts or 50) then
      break
    end
    if limit and bps > limit then
      raised = raised + 1
      wiregauge.alerts.raise {
        type = "host_throughput", severity = "warning", interface = host.interface,
        host = host.host, value = bps, threshold = limit, ttl_s = TTL_S,
        text = host.host .. " sends and receives " .. bits(bps) .. ", more than " ..
          bits(limit) .. ".",
      }
    end
  end
end

-- A network's rate is that of the minute: what was counted since the last run.
local function check_network_rates(settings)
  local limits = settings.network_bps
  if not limits or next(limits) == nil then
    return
  end
  local _, now = wiregauge.now()
  for _, network in ipairs(wiregauge.networks()) do
    local name = network.network
    local limit = name and limit_of(limits, name)
    if limit then
      local key = "alert_checks/network/" .. name
      local before = wiregauge.kv.get(key)
      wiregauge.kv.set(key, { bytes = network.bytes, at = now }, 600)
      if before and now > before.at and network.bytes >= before.bytes then
        local bps = 8 * (network.bytes - before.bytes) / (now - before.at)
        if bps > limit then
          wiregauge.alerts.raise {
            type = "network_throughput", severity = "warning", kind = "network",
            name = name, value = bps, threshold = limit, ttl_s = TTL_S,
            text = name .. " sends and receives " .. bits(bps) .. ", more than " ..
              bits(limit) .. ".",
          }
        end
      end
    end
  end
end

-- A capture that loses packets. Counters are told from the start of the service: the first run
-- only remembers them.
local function check_drops(settings)
  local limit = settings.dropped_packets_a_minute
  if not limit then
    return
  end
  for _, interface in ipairs(wiregauge.interfaces()) do
    local dropped = 0
    for _, drop in ipairs(interface.drops) do
      -- What could not be decoded was not lost.
      if drop.stage ~= "decode" then
        dropped = dropped + drop.packets
      end
    end
    local key = "alert_checks/dropped/" .. interface.name
    local before = wiregauge.kv.get(key)
    wiregauge.kv.set(key, dropped, 600)
    if before and dropped - before >= limit then
      wiregauge.alerts.raise {
        type = "capture_drops", severity = "error", kind = "interface",
        interface = interface.name, name = interface.name, value = dropped - before,
        threshold = limit, ttl_s = TTL_S,
        text = interface.name .. " lost " .. dropped - before .. " packets within a minute: the " ..
          "counters are too small by these.",
      }
    end
  end
end

-- What hosts do.

local function check_unanswered(settings)
  raise_for_clients(settings, "unanswered", settings.unanswered_syns_a_minute, function(found)
    return {
      type = "unanswered_syns", severity = "warning",
      text = found.host .. " asked for " .. found.value ..
        " connections within a minute that nobody answered.",
    }
  end)
end

local function check_contacts(settings)
  raise_for_clients(settings, "contacts", settings.contacts_a_minute, function(found)
    return {
      type = "many_contacts", severity = "warning",
      text = found.host .. " talked to " .. found.value .. " hosts within a minute.",
    }
  end)
end

local function check_goodput(settings)
  raise_for_clients(settings, "low_goodput", settings.low_goodput_flows_a_minute, function(found)
    return {
      type = "low_goodput", severity = "notice",
      text = found.host .. " had " .. found.value ..
        " TCP flows within a minute that carried hardly any payload.",
    }
  end)
end

-- A severe risk that libndpi saw in a flow: one alert for each host and risk.
local SEVERITY_OF_RISK = { low = "notice", medium = "notice", high = "warning", severe = "error",
  critical = "critical", emergency = "critical" }

local function check_risks(settings)
  for _, risk in ipairs(read_minute(settings).risks) do
    wiregauge.alerts.raise {
      type = "risk_" .. risk.name:lower():gsub("[^a-z0-9]+", "_"):sub(1, 50),
      severity = SEVERITY_OF_RISK[risk.severity] or "warning",
      interface = risk.interface, host = risk.host, ttl_s = TTL_S,
      text = "A flow of " .. risk.host .. " to " .. risk.server .. ": " .. risk.name .. ".",
      details = { flow = risk.flow, risk = risk.name, severity = risk.severity },
    }
  end
end

return {
  check_interface_rates, check_host_rates, check_network_rates, check_drops,
  check_unanswered, check_contacts, check_goodput, check_risks,
}
