-- What several scripts share stands in a module. It runs once for each run of a script.
local units = {}

function units.percent(share)
  return string.format("%.1f %%", 100 * share)
end

return units
