-- SPDX-License-Identifier: Apache-2.0
-- What scripts for ntopng find in the libraries table and string beside Lua's own.
local functions = {}

function functions.len(t)
  local length = 0
  for _ in pairs(t) do length = length + 1 end
  return length
end

-- A new table with what both have; the second one wins.
function functions.merge(a, b)
  local merged = {}
  for key, value in pairs(a or {}) do merged[key] = value end
  for key, value in pairs(b or {}) do merged[key] = value end
  return merged
end

function functions.contains(t, wanted)
  for _, value in pairs(t) do
    if value == wanted then return true end
  end
  return false
end

function functions.clone(t)
  local copies = {}
  local function copy(value)
    if type(value) ~= "table" then return value end
    if copies[value] then return copies[value] end
    local new = {}
    copies[value] = new
    for key, inner in pairs(value) do new[copy(key)] = copy(inner) end
    return new
  end
  return copy(t)
end

function functions.slice(t, first, last, step)
  local slice = {}
  for i = first or 1, last or #t, step or 1 do slice[#slice + 1] = t[i] end
  return slice
end

function functions.empty(t)
  for _ in pairs(t or {}) do return false end
  return true
end

local texts = {}

function texts.starts(text, beginning)
  return string.sub(text, 1, #beginning) == beginning
end

function texts.ends(text, ending)
  return ending == "" or string.sub(text, -#ending) == ending
end

function texts.contains(text, part)
  return string.find(text, part, 1, true) ~= nil
end

-- The parts of a text between a separator: "," or, as in a pattern, "%.".
function texts.split(text, separator)
  local parts, from = {}, 1
  if separator == nil or separator == "" then return { text } end
  separator = string.gsub(separator, "%%(%p)", "%1")
  while true do
    local first, last = string.find(text, separator, from, true)
    if first == nil then break end
    parts[#parts + 1] = string.sub(text, from, first - 1)
    from = last + 1
  end
  parts[#parts + 1] = string.sub(text, from)
  return parts
end

return { table = functions, string = texts }
