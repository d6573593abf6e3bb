// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/host/grafana_targets.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "publish/http/problem.h"
#include "publish/json/text_forms.h"
#include "publish/json/writer.h"

namespace wiregauge::lua {
namespace {

using std::chrono::steady_clock;

// What the panel says of itself, by the names of parameters that take it.
std::optional<std::string> FromPanel(const ParameterSpec& parameter,
                                     const grafana::ScriptQuestion& question) {
  const auto time = [&](int64_t ms) {
    if (parameter.type != ParameterSpec::Type::kString) return std::to_string(ms);
    return std::string(json::TextForm(Timestamp(std::chrono::milliseconds(ms))).view());
  };
  const auto number = [](std::optional<int64_t> known) {
    return known ? std::optional(std::to_string(*known)) : std::nullopt;
  };
  if (parameter.name == "from") return time(question.from_ms);
  if (parameter.name == "to") return time(question.to_ms);
  if (parameter.name == "interval_ms") return number(question.interval_ms);
  if (parameter.name == "max_data_points") return number(question.max_data_points);
  return std::nullopt;
}

bool IsFromPanel(std::string_view name) {
  return name == "from" || name == "to" || name == "interval_ms" || name == "max_data_points";
}

// The same question as a request to the route would put it.
http::Request AsRequest(const RouteSpec& route, const grafana::ScriptQuestion& question) {
  http::Request request;
  for (const http::Parameter& option : question.options) {
    if (!IsFromPanel(option.name)) request.query.push_back(option);
  }
  for (const ParameterSpec& parameter : route.parameters) {
    if (auto text = FromPanel(parameter, question)) {
      request.query.push_back({parameter.name, *std::move(text)});
    }
  }
  return request;
}

std::optional<std::string> InitialText(const ParameterSpec& parameter) {
  if (!parameter.initial) return std::nullopt;
  if (const auto* const text = std::get_if<std::string>(&*parameter.initial)) return *text;
  if (const auto* const truth = std::get_if<bool>(&*parameter.initial)) {
    return *truth ? "true" : "false";
  }
  const double number = std::get<double>(*parameter.initial);
  if (parameter.type == ParameterSpec::Type::kInteger) {
    return std::to_string(static_cast<int64_t>(number));
  }
  std::string text;
  json::Writer(text).Value(number);
  return text;
}

grafana::ScriptTarget TargetOf(const RouteSpec& route) {
  grafana::ScriptTarget target{.name = route.target,
                               .is_table = route.grafana == RouteSpec::Grafana::kTable,
                               .parameters = {}};
  for (const ParameterSpec& parameter : route.parameters) {
    if (IsFromPanel(parameter.name)) continue;
    target.parameters.push_back({.name = parameter.name,
                                 .description = parameter.description,
                                 .initial = InitialText(parameter),
                                 .choices = parameter.one_of});
  }
  return target;
}

const RouteSpec* FindTarget(const ScriptSet& set, std::string_view name) {
  for (const Script& script : set.scripts) {
    if (!script.is_good) continue;
    for (const RouteSpec& route : script.routes) {
      if (route.grafana != RouteSpec::Grafana::kNone && route.target == name) return &route;
    }
  }
  return nullptr;
}

class Runner final : public grafana::ScriptRunner {
 public:
  Runner(ScriptHost& host, Runtime& runtime, const ScriptSet& set)
      : host_(host), runtime_(runtime), set_(set) {}

  http::Response Run(const grafana::ScriptQuestion& question,
                     const http::Request& request) override {
    const RouteSpec* const route = FindTarget(set_, question.name);
    if (route == nullptr || !MayUse(*route, request)) return http::JsonResponse("[]");
    const auto arguments = ReadArguments(*route, AsRequest(*route, question));
    if (const auto* const refusal = std::get_if<http::Response>(&arguments)) return *refusal;
    Call call(host_.services(), route->script);
    call.request = &request;
    call.identity = request.identity;
    const auto begun = steady_clock::now();
    const Outcome outcome =
        runtime_.Run(*route, std::get<0>(arguments), call, host_.options().limits);
    const std::chrono::duration<double> taken = steady_clock::now() - begun;
    host_.stats().Ran(route->script, ResultOf(outcome, call.problem.has_value()), taken.count(),
                      outcome.message, host_.services().clock.Now());
    return MakeResponse(outcome, call, runtime_.TakeOutput());
  }

 private:
  // The script may have changed since it was offered.
  static bool MayUse(const RouteSpec& route, const http::Request& request) {
    return request.identity == nullptr ||
           !http::RefuseByPolicy(*request.identity, ScriptHost::PolicyOf(route.role)).has_value();
  }

  ScriptHost& host_;
  Runtime& runtime_;
  const ScriptSet& set_;
};

class QueryJob final : public Job {
 public:
  QueryJob(ScriptHost& host, grafana::ScriptTargets::Work work)
      : host_(host), work_(std::move(work)) {}

  void Run(Runtime& runtime, const ScriptSet& set) override {
    Runner runner(host_, runtime, set);
    work_(runner);
  }

 private:
  ScriptHost& host_;
  const grafana::ScriptTargets::Work work_;
};

}  // namespace

std::vector<grafana::ScriptTarget> GrafanaTargets::List(const model::Identity* identity) const {
  std::vector<grafana::ScriptTarget> targets;
  const auto set = host_.scripts();
  if (set == nullptr) return targets;
  for (const Script& script : set->scripts) {
    if (!script.is_good) continue;
    for (const RouteSpec& route : script.routes) {
      if (route.grafana == RouteSpec::Grafana::kNone) continue;
      if (identity != nullptr &&
          http::RefuseByPolicy(*identity, ScriptHost::PolicyOf(route.role)).has_value()) {
        continue;
      }
      targets.push_back(TargetOf(route));
    }
  }
  std::ranges::sort(targets, {}, &grafana::ScriptTarget::name);
  const auto twice = std::ranges::unique(targets, {}, &grafana::ScriptTarget::name);
  targets.erase(twice.begin(), twice.end());
  return targets;
}

bool GrafanaTargets::Hand(const std::vector<std::string>& names, Work work) {
  std::unique_ptr<Job> job = std::make_unique<QueryJob>(host_, std::move(work));
  if (host_.Submit(job)) return true;
  const auto set = host_.scripts();
  for (const std::string& name : names) {
    const RouteSpec* const route = FindTarget(*set, name);
    if (route != nullptr) host_.stats().DidNotRun(route->script, RunResult::kRefused);
  }
  return false;
}

}  // namespace wiregauge::lua
