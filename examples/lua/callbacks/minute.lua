-- Runs at each full minute (UTC), never twice at a time. Here: how many DNS queries found no name,
-- as a time series and, when there are many, as an alert.
local units = require("units")

local failed, asked = 0, 0
-- The records that came since this script's last run; each is told once.
local records = wiregauge.ended_flows()
for _, flow in ipairs(records) do
  if flow.dns then
    asked = asked + 1
    if flow.dns.response_code == "NXDOMAIN" then
      failed = failed + 1
    end
  end
end
if records.missed > 0 then
  wiregauge.log.warning("records were lost", { records = records.missed })
end

-- In Grafana and /api/v1/timeseries as script_dns_names_not_found.
wiregauge.record("dns_names_not_found", failed, { type = "counter" })

local share = asked > 0 and failed / asked or 0
if asked >= 100 and share > 0.5 then
  wiregauge.alerts.raise {
    type = "dns_names_not_found",
    severity = "warning",
    kind = "service",
    text = units.percent(share) .. " of " .. asked .. " DNS flows found no name.",
    value = share,
    threshold = 0.5,
    ttl_s = 150, -- over when it is not raised again by then
  }
end
