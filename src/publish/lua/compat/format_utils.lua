-- SPDX-License-Identifier: Apache-2.0
-- What scripts for ntopng expect of `require "format_utils"`.
require "lua_utils"

return {
  bitsToSize = bitsToSize,
  bytesToSize = bytesToSize,
  formatEpoch = formatEpoch,
  formatMillis = formatMillis,
  formatPackets = formatPackets,
  formatValue = formatValue,
  msToTime = msToTime,
  pktsToSize = pktsToSize,
  round = round,
  secondsToTime = secondsToTime,
}
