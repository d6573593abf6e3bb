-- Each minute: the alert checks that come with wiregauge. What they hold the traffic against
-- stands in modules/alert_settings.lua.
if not wiregauge.alerts.enabled() then
  return
end

local checks = require("alert_checks")
local settings = require("alert_settings")

-- One check that fails takes no other along.
local problems = {}
for _, check in ipairs(checks) do
  local good, problem = pcall(check, settings)
  if not good then
    problems[#problems + 1] = tostring(problem)
  end
end
if #problems > 0 then
  error(table.concat(problems, "; "), 0)
end
