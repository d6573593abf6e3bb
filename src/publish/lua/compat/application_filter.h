// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "model/application.h"

namespace wiregauge::lua::compat {

// An application as scripts name it: "5", "DNS", "91.126", "TLS.Google".
class ApplicationFilter {
 public:
  static std::optional<ApplicationFilter> Parse(std::string_view text,
                                                const model::ApplicationCatalogue& catalogue);

  // One name alone: as the application or as what carries it; two: just so.
  bool Matches(const model::Classification& application) const {
    if (master_) return application.master == *master_ && application.app == app_;
    if (app_ == 0) return model::ApplicationIndex(application) == 0;
    return application.app == app_ || application.master == app_;
  }
  uint16_t app() const { return app_; }

 private:
  std::optional<uint16_t> master_;
  uint16_t app_ = 0;
};

// Numbers of libndpi's by their names in any case.
std::optional<uint16_t> FindApplication(const model::ApplicationCatalogue& catalogue,
                                        std::string_view name);
std::optional<uint8_t> FindCategory(const model::ApplicationCatalogue& catalogue,
                                    std::string_view name);

}  // namespace wiregauge::lua::compat
