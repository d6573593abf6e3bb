-- SPDX-License-Identifier: Apache-2.0
-- What scripts for ntopng expect of `require "lua_utils"`: written anew from the functions' names.
-- Everything is a global of the script that requires it.

dirs = ntop.getDirs()
http_prefix = ntop.getHttpPrefix()

TRACE_ERROR, TRACE_WARNING, TRACE_NORMAL, TRACE_INFO, TRACE_DEBUG = 0, 1, 2, 3, 6
TRACE_CONSOLE = true

function traceError(level, console, text)
  ntop.traceEvent(level, tostring(text))
end

-- Texts.

function isEmptyString(text)
  return text == nil or text == ""
end

function starts(text, beginning)
  return string.starts(tostring(text), beginning)
end
startswith = starts

function ends(text, ending)
  return string.ends(tostring(text), ending)
end
endswith = ends

function trimSpace(text)
  if text == nil then return "" end
  return (string.gsub(string.gsub(tostring(text), "^%s+", ""), "%s+$", ""))
end
trim = trimSpace

split = string.split

function explode(separator, text)
  return split(text, separator)
end

function firstToUpper(text)
  return (string.gsub(tostring(text), "^%l", string.upper))
end
capitalize = firstToUpper

function shortenString(text, most)
  most = most or 24
  if #text <= most then return text end
  return string.sub(text, 1, most) .. "..."
end

function fillZero(number, digits)
  return string.format("%0" .. (digits or 2) .. "d", number)
end

-- The bytes of a text in hexadecimal; of a number its own.
function tohex(value)
  if type(value) == "number" then return string.format("%x", value) end
  return (string.gsub(value, ".", function(c) return string.format("%02x", string.byte(c)) end))
end

function escapeHTML(text)
  local entities = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" }
  return (string.gsub(tostring(text), "[&<>\"']", entities))
end
noHtml = escapeHTML

function i18n(text)
  return text
end

-- Values.

function ternary(condition, yes, no)
  if condition then return yes end
  return no
end

function toboolean(value)
  if value == "true" or value == true or value == "1" or value == 1 then return true end
  if value == "false" or value == false or value == "0" or value == 0 then return false end
  return nil
end

function round(number, decimals)
  if number == nil then return 0 end
  local power = 10 ^ (decimals or 0)
  return math.floor(number * power + 0.5) / power
end

-- "1,234,567"
function formatValue(number)
  if number == nil then return "0" end
  local whole, rest = string.match(tostring(number), "^(-?%d+)(.*)$")
  if whole == nil then return tostring(number) end
  local groups
  repeat
    whole, groups = string.gsub(whole, "^(-?%d+)(%d%d%d)", "%1,%2")
  until groups == 0
  return whole .. rest
end

function formatPackets(number)
  return formatValue(round(number or 0)) .. " Pkts"
end

local function scaled(number, base, units)
  number = number or 0
  local unit = 1
  while math.abs(number) >= base and unit < #units do
    number = number / base
    unit = unit + 1
  end
  return tostring(round(number, 2)) .. " " .. units[unit]
end

function bytesToSize(bytes)
  return scaled(bytes, 1024, { "Bytes", "KB", "MB", "GB", "TB", "PB" })
end

-- Of bits a second: a throughput_bps is to be multiplied by 8.
function bitsToSize(bits)
  return scaled(bits, 1000, { "bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s" })
end

function pktsToSize(packets)
  return scaled(packets, 1000, { "pps", "Kpps", "Mpps", "Gpps" })
end

-- Times.

function secondsToTime(seconds)
  seconds = math.floor(seconds or 0)
  if seconds < 60 then return seconds .. " sec" end
  local days = math.floor(seconds / 86400)
  local hours = math.floor(seconds / 3600) % 24
  local minutes = math.floor(seconds / 60) % 60
  local text = string.format("%02d:%02d", minutes, seconds % 60)
  if seconds >= 3600 then text = string.format("%02d:", hours) .. text end
  if days > 0 then text = days .. (days == 1 and " day, " or " days, ") .. text end
  return text
end

function msToTime(milliseconds)
  milliseconds = milliseconds or 0
  if milliseconds >= 1000 then return secondsToTime(milliseconds / 1000) end
  if milliseconds < 1 then return "< 1 ms" end
  return string.format("%.2f ms", milliseconds)
end

-- UTC.
function formatEpoch(epoch)
  return os.date("!%d/%m/%Y %H:%M:%S", epoch or os.time())
end

-- Hosts: {host = "192.0.2.1", vlan = 5} is "192.0.2.1@5".

function isIPv4(text)
  if type(text) ~= "string" then return false end
  local a, b, c, d = string.match(text, "^(%d+)%.(%d+)%.(%d+)%.(%d+)$")
  if a == nil then return false end
  for _, octet in ipairs({ a, b, c, d }) do
    if #octet > 3 or tonumber(octet) > 255 then return false end
  end
  return true
end

function isIPv6(text)
  return type(text) == "string" and ntop.isIPv6(text)
end

function isMacAddress(text)
  return type(text) == "string" and
    string.match(text, "^%x%x:%x%x:%x%x:%x%x:%x%x:%x%x$") ~= nil
end

function hostkey2hostinfo(key)
  local parts = split(key or "", "@")
  return { host = parts[1], vlan = tonumber(parts[2]) or 0 }
end

function hostinfo2hostkey(info, side, with_vlan)
  local prefix = isEmptyString(side) and "" or side .. "."
  local host = info[prefix .. "ip"] or info[prefix .. "host"] or info.host or info.ip or info.mac
  local vlan = tonumber(info[prefix .. "vlan"] or info.vlan) or 0
  if host == nil then return "" end
  if vlan ~= 0 or with_vlan then return host .. "@" .. vlan end
  return host
end

function url2hostinfo(parameters)
  local info = hostkey2hostinfo(parameters.host or "")
  if tonumber(parameters.vlan) then info.vlan = tonumber(parameters.vlan) end
  return info
end

function hostinfo2url(info, side)
  return "host=" .. hostinfo2hostkey(info, side)
end

-- Versions "4.2.1" as numbers that compare.
function version2int(version)
  local number = 0
  local parts = split(string.match(version or "", "[%d%.]*"), ".")
  for i = 1, 3 do number = number * 1000 + (tonumber(parts[i]) or 0) end
  return number
end

function versionCompare(a, b)
  local left, right = version2int(a), version2int(b)
  if left == right then return 0 end
  return left < right and -1 or 1
end

-- Interfaces.

function getInterfaceName(id)
  return interface.getIfNames()[tonumber(id)] or ""
end

function getInterfaceId(name)
  return interface.name2id(name)
end

function l4_proto_to_string(protocol)
  local names = { [1] = "ICMP", [6] = "TCP", [17] = "UDP", [58] = "ICMPv6", [132] = "SCTP" }
  return names[tonumber(protocol)] or tostring(protocol)
end

return true
