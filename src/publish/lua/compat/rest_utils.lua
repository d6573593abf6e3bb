-- SPDX-License-Identifier: Apache-2.0
-- What scripts for ntopng expect of `require "rest_utils"`: answers {rc, rc_str, rc_str_hr, rsp}.
local rest_utils = {}

local function result(http_code, rc, str, text)
  return { http_code = http_code, rc = rc, str = str, str_hr = text }
end

rest_utils.consts = {
  success = { ok = result(200, 0, "OK", "Success") },
  err = {
    not_found = result(404, -1, "NOT_FOUND", "Not found"),
    invalid_interface = result(400, -2, "INVALID_INTERFACE", "No such interface"),
    not_granted = result(403, -3, "NOT_GRANTED", "Not allowed"),
    invalid_host = result(400, -4, "INVALID_HOST", "No such host"),
    invalid_args = result(400, -5, "INVALID_ARGUMENTS", "Bad parameters"),
    internal_error = result(500, -6, "INTERNAL_ERROR", "Internal error"),
    bad_format = result(400, -7, "BAD_FORMAT", "Bad format"),
    bad_content = result(400, -8, "BAD_CONTENT", "Bad content"),
  },
}

-- Their names of 2020: consts_ok, consts_not_found, ...
rest_utils.consts_ok = rest_utils.consts.success.ok
for name, err in pairs(rest_utils.consts.err) do rest_utils["consts_" .. name] = err end

-- The answer as JSON.
function rest_utils.rc(ret_const, response)
  return json.encode({
    rc = ret_const.rc,
    rc_str = ret_const.str,
    rc_str_hr = ret_const.str_hr,
    rsp = response == nil and {} or response,
  })
end

function rest_utils.answer(ret_const, response, extra_headers)
  sendHTTPHeader("application/json", nil, extra_headers, ret_const.http_code)
  print(rest_utils.rc(ret_const, response))
end

-- The payload alone.
function rest_utils.vanilla_payload_response(ret_const, payload, content_type, extra_headers)
  sendHTTPHeader(content_type or "application/json", nil, extra_headers, ret_const.http_code)
  print(payload)
end

return rest_utils
