-- GET /lua/slow_servers: servers by the mean time until they answer a request.
--
-- All flows are looked at one by one: a row is made when it is reached, and only the members that
-- are read. So a hundred thousand flows cost no memory.
wiregauge.route {
  path = "/slow_servers",
  summary = "Servers that answer late",
  parameters = {
    { name = "application", description = "only flows of this one, as in GET /api/v1/flows" },
    { name = "least_flows", type = "integer", default = 3, minimum = 1 },
    { name = "limit", type = "integer", default = 10, minimum = 1, maximum = 100 },
  },
  response = { type = "array", items = { type = "object" } },
  handler = function(parameters)
    local sum_ms, flows = {}, {}
    local filter = { l4 = "tcp", application = parameters.application }
    for _, flow in ipairs(wiregauge.flows(filter)) do
      local latency = flow.application_latency_ms
      if latency and latency.avg then
        local server = flow.server.ip
        sum_ms[server] = (sum_ms[server] or 0) + latency.avg
        flows[server] = (flows[server] or 0) + 1
      end
    end

    local rows = {}
    for server, count in pairs(flows) do
      if count >= parameters.least_flows then
        rows[#rows + 1] = { server = server, flows = count, mean_ms = sum_ms[server] / count }
      end
    end
    table.sort(rows, function(a, b) return a.mean_ms > b.mean_ms end)
    for i = #rows, parameters.limit + 1, -1 do
      rows[i] = nil
    end
    return rows
  end,
}
