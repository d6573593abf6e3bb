// SPDX-License-Identifier: Apache-2.0
#include "config/help.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "config/settings_table.h"
#include "config/sink_flag.h"
#include "config/sink_options.h"

namespace wiregauge::config {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Help, NamesEveryFlagAndFitsTheTerminal) {
  const std::string help = HelpText();
  for (const Setting& setting : SettingsTable()) {
    if (setting.flag.empty()) continue;
    EXPECT_THAT(help, HasSubstr(std::string(LongFlag(setting)) + " " + std::string(setting.value)));
  }
  for (const std::string_view line : Split(help, '\n')) EXPECT_LE(line.size(), 100u) << line;
}

TEST(Help, NamesTheExitCodes) {
  EXPECT_THAT(HelpText(), HasSubstr("0 ok, 1 runtime failure, 2 usage, 4 not permitted to capture, "
                                    "6 bad configuration"));
}

TEST(Help, ACommandHasItsUsageAndItsOptions) {
  const std::string user = CommandHelpText("user");
  EXPECT_THAT(user, HasSubstr("  wiregauge user add NAME "));
  EXPECT_THAT(user, HasSubstr("  wiregauge user delete NAME | list"));
  EXPECT_THAT(user, HasSubstr("\n      --role ROLE "));
  EXPECT_THAT(user, Not(HasSubstr("token create")));
  EXPECT_THAT(CommandHelpText("token"), HasSubstr("--expires TIME"));
  for (const char* command : {"user", "token", "lua", "sinks", "check-config", "list-interfaces"}) {
    EXPECT_THAT(CommandHelpText(command), HasSubstr("wiregauge " + std::string(command) + " "));
    EXPECT_THAT(HelpText(), HasSubstr("wiregauge " + std::string(command) + " "));
  }
}

TEST(Reference, NamesEverySetting) {
  const std::string reference = ReferenceText();
  for (const Setting& setting : SettingsTable()) {
    EXPECT_THAT(reference, HasSubstr("### `" + std::string(setting.path) + "`"));
  }
}

TEST(Help, ShowsTheFormsOfSinks) {
  for (const std::string_view form : SinkFlagForms()) {
    // Help is wrapped at spaces, and a form has none.
    EXPECT_THAT(HelpText(), HasSubstr("\"" + std::string(form) + "\"")) << form;
    EXPECT_THAT(ReferenceText(), HasSubstr("- `-F \"" + std::string(form) + "\"`")) << form;
  }
}

TEST(Reference, NamesEveryOptionOfEachType) {
  const std::string reference = ReferenceText();
  for (const std::string_view type : SinkTypes()) {
    const std::string head = "### Options of `type: " + std::string(type) + "`";
    const size_t begin = reference.find(head);
    ASSERT_NE(begin, std::string::npos) << type;
    const std::string section = reference.substr(begin, reference.find("\n##", begin + 1) - begin);
    for (const SinkOption& option : SinkOptionsTable()) {
      const SinkOption* const here = FindSinkOption(type, option.key);
      const std::string item = "- `" + std::string(option.key) + "`: ";
      EXPECT_EQ(section.find(item) != std::string::npos, here != nullptr && !here->types.empty())
          << type << " " << option.key;
    }
  }
  EXPECT_THAT(reference, HasSubstr("- `queue_bytes`: "));
}

// Renew it: wiregauge --help-config > docs/configuration.md
TEST(Reference, TheCommittedFileIsNotStale) {
  const char* const root = std::getenv("WIREGAUGE_SOURCE_DIR");
  ASSERT_NE(root, nullptr);
  std::ifstream file(std::string(root) + "/docs/configuration.md");
  ASSERT_TRUE(file.is_open());
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), ReferenceText());
}

}  // namespace
}  // namespace wiregauge::config
