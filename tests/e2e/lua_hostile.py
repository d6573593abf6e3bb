# SPDX-License-Identifier: Apache-2.0
"""Scripts that mean harm, as pages: what each of them may do to the service is to be answered 500."""

SCRIPTS = {
    "loop": "while true do end",
    "loop_in_pcall": "while true do pcall(function() while true do end end) end",
    "long_string": "local s = string.rep('x', 1e9)",
    "long_string_in_pcall": "while true do pcall(string.rep, 'x', 1e9) end",
    "tables": "local t = {} while true do t[#t + 1] = {} end",
    "pattern": "('a'):rep(100000):find('.-.-.-.-b')",
    "balanced": "('('):rep(1e6):find('%b()')",
    "recursion": "local function f() return 1 + f() end f()",
    "recursion_in_pcall": "local function f() return pcall(f) or f() end while true do f() end",
    "recursion_in_gsub": "local function f() ('x'):gsub('x', f) end f()",
    "error_object": "error(setmetatable({}, {__tostring = function() while true do end end}))",
    "coroutines": "while true do coroutine.wrap(function() coroutine.yield() end)() end",
    "coroutines_in_coroutines":
        "local function f() return coroutine.wrap(f)() end while true do pcall(f) end",
    "print": "while true do print(('x'):rep(1000)) end",
    "sort": "local t = {} for i = 1, 1e5 do t[i] = -i end while true do table.sort(t) end",
    "insert": "local t = {} while true do table.insert(t, 1, 1) end",
    "load": "load(function() return 'x' end)",
    "hosts": "while true do interface.getHostsInfo() end",
    "flows": "while true do for _, f in ipairs(wiregauge.flows()) do local b = f.bytes end end",
    "rest": "while true do wiregauge.get('flows', {limit = 10000}) end",
    "store": "for i = 1, 1e9 do ntop.setCache('key' .. i, ('x'):rep(60000)) end",
    "json": "local t = {} t.t = t return t",
    "deep_json": "local t = {} for i = 1, 1000 do t = {t} end return t",
    "bytecode": "assert(load('\\27LJ\\2\\10'))",
    "globals": "string.rep = nil",
}
