-- What the shipped alert checks hold the traffic against. To change it, put a copy of this file
-- into modules/ of a folder of your own (setting lua.dirs): it hides this one.
--
-- Rates are bits a second. A name may stand for itself, "*" for all that are not named. What is not
-- set, or is false, is not checked.
return {
  -- Rates of the last seconds, of what an interface, a host or a local network sends and receives:
  --   interface_bps = { eth0 = 900e6 },  host_bps = { ["*"] = 100e6, ["10.0.0.5"] = false },
  --   network_bps = { office = 500e6 }
  interface_bps = {},
  host_bps = {},
  network_bps = {},

  -- Packets that an interface lost within a minute: in the kernel's buffer, or in the card.
  dropped_packets_a_minute = 1,

  -- Connections that a host asked for within a minute and nobody answered.
  unanswered_syns_a_minute = 200,

  -- Different hosts that a host talked to in flows that ended within a minute.
  contacts_a_minute = 500,

  -- TCP flows of a host that ended within a minute with less than 40 % of payload: for programs
  -- that poll, or connections that only fail.
  low_goodput_flows_a_minute = 500,

  -- libndpi's risks, by severity: "low", "medium", "high", "severe", "critical", "emergency".
  risk_severities = { severe = true, critical = true, emergency = true },

  -- The most alerts that one check raises within a minute; the largest come first.
  most_alerts = 50,
}
