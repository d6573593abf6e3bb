-- GET /lua/top_talkers: who sends most, with the names of the units in the members.
--
-- The description below is checked when the file is loaded, and merged into the service's OpenAPI
-- document. A request with a bad parameter never reaches the handler: it is answered 400.
wiregauge.route {
  path = "/top_talkers",
  summary = "Hosts with most bytes",
  description = "The hosts with most bytes since each was first seen.",
  parameters = {
    { name = "limit", type = "integer", default = 10, minimum = 1, maximum = 1000,
      description = "how many" },
    { name = "local_only", type = "boolean", default = false,
      description = "only hosts of local networks" },
  },
  response = {
    type = "array",
    items = {
      type = "object",
      properties = {
        host = { type = "string" },
        name = { type = "string", nullable = true },
        bytes = { type = "integer" },
        throughput_bps = { type = "number" },
      },
    },
  },
  -- Grafana's panels find it as the table lua_top_talkers.
  grafana = "table",
  handler = function(parameters)
    -- The filters, sorts and members are those of GET /api/v1/hosts.
    local filter = { sort = "-bytes", limit = parameters.limit }
    if parameters.local_only then
      filter["local"] = true
    end
    local rows = {}
    for _, host in ipairs(wiregauge.hosts(filter)) do
      rows[#rows + 1] = {
        host = host.host,
        name = host.name,
        bytes = host.bytes,
        throughput_bps = host.throughput_bps.now,
      }
    end
    return rows
  end,
}
