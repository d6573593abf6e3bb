-- SPDX-License-Identifier: Apache-2.0
-- What scripts for ntopng expect of `require "lua_utils"`: written anew from the functions' names.
-- Everything is a global of the script that requires it.

dirs = ntop.getDirs()
http_prefix = ntop.getHttpPrefix()
ifname = interface.getDefaultIfName()
throughput_type = "bps"

function getThroughputType()
  return throughput_type
end

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
  text = tostring(text or "")
  if #text <= most then return text end
  return string.sub(text, 1, most) .. "..."
end

abbreviateString = shortenString

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

function unescapeHTML(text)
  local entities = { amp = "&", lt = "<", gt = ">", quot = '"', ["#39"] = "'" }
  return (string.gsub(tostring(text), "&([#%w]+);", entities))
end

function urlencode(text)
  local function escape(c) return string.format("%%%02X", string.byte(c)) end
  return (string.gsub(tostring(text), "[^%w%-%._~]", escape))
end

function urldecode(text)
  local function byte(digits) return string.char(tonumber(digits, 16)) end
  return (string.gsub(string.gsub(tostring(text), "+", " "), "%%(%x%x)", byte))
end
unescape = urldecode

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

function truncate(number)
  return number < 0 and math.ceil(number) or math.floor(number)
end

-- "1,234,567"
function formatValue(number)
  if number == nil then return "0" end
  local is_whole = type(number) == "number" and number % 1 == 0
  if is_whole then number = string.format("%.0f", number) end
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

function formatMillis(milliseconds)
  return formatValue(round(milliseconds or 0, 3)) .. " ms"
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

function hostinfo2jqueryid(info, side)
  return (string.gsub(hostinfo2hostkey(info, side), "%W", "_"))
end

local function withVlan(name, vlan)
  vlan = tonumber(vlan) or 0
  return vlan == 0 and name or name .. "@" .. vlan
end

function hostinfo2label(info)
  local name = isEmptyString(info.name) and (info.host or info.ip) or info.name
  return withVlan(name, info.vlan)
end

function ip2label(ip, vlan)
  return withVlan(ntop.resolveName(ip), vlan)
end

function host2name(host, vlan)
  return withVlan(ntop.resolveName(host), vlan)
end

function stripVlan(host)
  return hostkey2hostinfo(host).host
end

-- The best name there is, or the address.
function getHostAltName(host)
  return ntop.resolveName(stripVlan(host))
end

function getResolvedAddress(info)
  return ip2label(info.host or info.ip, info.vlan)
end
resolveAddress = getResolvedAddress

-- The first label of a name; addresses are left whole.
function shortHostName(name)
  if name == nil then return "" end
  if isIPv4(name) or string.contains(name, ":") then return name end
  return (string.match(name, "^[^%.]+")) or name
end

function get_manufacturer_mac(mac)
  local manufacturer = isMacAddress(mac) and ntop.getMacManufacturer(mac)
  return manufacturer and manufacturer.extended or ""
end

-- Pages decorate names with pictures: there are none here.
function getFlag()
  return ""
end
getOSIcon, getHostIcon = getFlag, getFlag

function mapOS2Icon(name)
  return name
end

function asn2label(asn, name)
  return isEmptyString(name) and tostring(asn) or asn .. " (" .. name .. ")"
end
printASN = asn2label

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

function getInterfaceNameAlias(name)
  return name
end
getHumanReadableInterfaceName = getInterfaceNameAlias

-- Protocols.

local l4_names = { [1] = "ICMP", [6] = "TCP", [17] = "UDP", [58] = "ICMPv6", [132] = "SCTP" }

function l4_proto_to_string(protocol)
  return l4_names[tonumber(protocol)] or tostring(protocol)
end

function l4_proto_to_id(name)
  for id, known in pairs(l4_names) do
    if string.lower(known) == string.lower(tostring(name)) then return id end
  end
  return tonumber(name)
end

function getApplicationLabel(name)
  return name
end
getCategoryLabel = getApplicationLabel

-- Tables.

function hasKey(key, t)
  return t[key] ~= nil
end

function swapKeysValues(t)
  local swapped = {}
  for key, value in pairs(t) do swapped[value] = key end
  return swapped
end

-- {[value of the field] = key}
function getKeys(t, field)
  local keys = {}
  for key, value in pairs(t) do keys[value[field]] = key end
  return keys
end

-- As pairs, in the order of a field of the values.
function pairsByField(t, field, order)
  local fields = {}
  for key, value in pairs(t) do fields[key] = value[field] end
  local next_sorted = pairsByValues(fields, order)
  return function()
    local key = next_sorted()
    if key ~= nil then return key, t[key] end
  end
end

-- The user.

function isAdministrator()
  return ntop.isAdministrator()
end
isUserAdministrator = isAdministrator
haveAdminPrivileges = isAdministrator

-- Pages of tables: each user's last choices.

-- What was chosen for `key`; chooses `value` when it is given.
function tablePreferences(key, value)
  local name = "table." .. (_SESSION.user or "") .. "." .. key
  local chosen = ntop.getPref(name)
  if isEmptyString(value) then return chosen end
  if tostring(value) ~= chosen then ntop.setPref(name, value) end
  return tostring(value)
end

local function preferenceOr(key, default)
  local chosen = tablePreferences(key)
  return isEmptyString(chosen) and default or chosen
end

function getDefaultTableSort(table_name)
  return preferenceOr("sort_" .. table_name, "column_")
end

function getDefaultTableSortOrder(table_name)
  return preferenceOr("sort_order_" .. table_name, "desc")
end

function getDefaultTableSize()
  return tonumber(preferenceOr("rows_number", 10))
end

-- getFlowsInfo's options as the parameters of a page of flows tell them.
function getFlowsFilter()
  local rows = tonumber(_GET.perPage) or getDefaultTableSize()
  local page = tonumber(_GET.currentPage) or 1
  local application = _GET.application
  return {
    sortColumn = _GET.sortColumn or getDefaultTableSort("flows"),
    a2zSortOrder = (_GET.sortOrder or getDefaultTableSortOrder("flows")) ~= "desc",
    maxHits = rows,
    toSkip = math.max(page - 1, 0) * rows,
    hostFilter = _GET.host,
    portFilter = tonumber(_GET.port),
    l7protoFilter = application ~= "Uncategorized" and application or nil,
    l7categoryFilter = _GET.category,
    L4Protocol = _GET.l4proto,
    LocalNetworkFilter = tonumber(_GET.network),
    vlanIdFilter = tonumber(_GET.vlan),
    asnFilter = tonumber(_GET.asn),
    poolFilter = tonumber(_GET.pool),
    macFilter = _GET.mac,
    countryFilter = _GET.country,
    ipVersion = tonumber(_GET.version),
    tcpFlowStateFilter = _GET.tcp_flow_state,
  }
end

return true
