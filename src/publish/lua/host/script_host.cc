// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/host/script_host.h"

#include <chrono>
#include <map>
#include <utility>

#include "base/log.h"
#include "publish/api/responses.h"
#include "publish/http/problem.h"
#include "publish/json/writer.h"

namespace wiregauge::lua {
namespace {

using std::chrono::steady_clock;

// How often the folders are looked at.
constexpr std::chrono::seconds kLookInterval(1);

// "/lua/top.lua" of "scripts/top.lua".
std::string PathOf(const ScriptFile& page) {
  constexpr std::string_view kFolder = "scripts";
  return std::string(RouteSpec::kPrefix) + page.name.substr(kFolder.size());
}

http::Response Busy() {
  http::Response response = http::ProblemResponse(
      503, "Too many requests wait for scripts; lua.max_waiting bounds them.");
  response.headers.push_back({"Retry-After", "1"});
  return response;
}

// A request that a script answers.
class RequestJob : public Job {
 public:
  RequestJob(ScriptHost& host, std::string script, http::Request request, http::Reply reply)
      : host_(host),
        script_(std::move(script)),
        request_(std::move(request)),
        reply_(std::move(reply)) {}

  void Run(Runtime& runtime, const ScriptSet&) override {
    if (!reply_.IsWanted()) {
      host_.stats().DidNotRun(script_, RunResult::kAbandoned);
      return std::move(reply_).Send(Busy());
    }
    Call call(host_.services(), script_);
    call.request = &request_;
    call.identity = request_.identity;
    const auto begun = steady_clock::now();
    const Outcome outcome = RunScript(runtime, call);
    const std::chrono::duration<double> taken = steady_clock::now() - begun;
    const RunResult result = ResultOf(outcome, call.problem.has_value());
    host_.stats().Ran(script_, result, taken.count(), outcome.message,
                      host_.services().clock.Now());
    if (result != RunResult::kOk && result != RunResult::kProblem) TellFailure(outcome);
    std::move(reply_).Send(MakeResponse(outcome, call, runtime.TakeOutput()));
  }

  void Refuse() {
    host_.stats().DidNotRun(script_, RunResult::kRefused);
    std::move(reply_).Send(Busy());
  }

 protected:
  virtual Outcome RunScript(Runtime& runtime, Call& call) = 0;
  const http::Request& request() const { return request_; }
  ScriptHost& host() { return host_; }
  const std::string& script() const { return script_; }

 private:
  void TellFailure(const Outcome& outcome) {
    log::Debug("lua", "a script failed", {{"script", script_}, {"problem", outcome.message}});
  }

  ScriptHost& host_;
  const std::string script_;
  const http::Request request_;
  http::Reply reply_;
};

class PageJob final : public RequestJob {
 public:
  using RequestJob::RequestJob;

 private:
  Outcome RunScript(Runtime& runtime, Call& call) override {
    return runtime.Run(script(), call, host().options().limits);
  }
};

class RouteJob final : public RequestJob {
 public:
  RouteJob(ScriptHost& host, std::shared_ptr<const RouteSpec> route,
           std::vector<Argument> arguments, http::Request request, http::Reply reply)
      : RequestJob(host, route->script, std::move(request), std::move(reply)),
        route_(std::move(route)),
        arguments_(std::move(arguments)) {}

 private:
  Outcome RunScript(Runtime& runtime, Call& call) override {
    return runtime.Run(*route_, arguments_, call, host().options().limits);
  }

  const std::shared_ptr<const RouteSpec> route_;
  const std::vector<Argument> arguments_;
};

void WritePage(json::Writer& writer, const Script& page, OperationIds& ids) {
  writer.BeginObject();
  for (const std::string_view method : {"get", "post"}) {
    if (!writer.DynamicKey(method)) continue;
    writer.BeginObject();
    if (writer.BeginArray("tags")) {
      writer.Value("scripts");
      writer.EndArray();
    }
    writer.Field("operationId", ids.Take(method, page.file->name));
    writer.Field("summary", "The page " + page.file->name);
    writer.Field("description", "What the script prints. It reads its parameters by itself.");
    if (writer.BeginObject("responses")) {
      WriteUsualResponses(writer, "text/html", {});
      writer.EndObject();
    }
    writer.EndObject();
  }
  writer.EndObject();
}

ScriptHost::OpenApiPaths MakeOpenApiPaths(const ScriptSet& set) {
  std::map<std::string, std::vector<const RouteSpec*>> routes;
  std::map<std::string, const Script*> pages;
  for (const Script& script : set.scripts) {
    if (!script.is_good) continue;
    if (script.file->kind == ScriptKind::kPage) pages[PathOf(*script.file)] = &script;
    for (const RouteSpec& route : script.routes) routes[route.path].push_back(&route);
  }
  ScriptHost::OpenApiPaths paths;
  OperationIds ids;
  for (const auto& [path, of_path] : routes) {
    json::Writer writer(paths[path]);
    WritePathItem(writer, of_path, ids);
  }
  for (const auto& [path, page] : pages) {
    json::Writer writer(paths[path]);
    WritePage(writer, *page, ids);
  }
  return paths;
}

// Whatever runs ends when the service does.
HostOptions WithStop(HostOptions options, const Services& services) {
  options.limits.stop = options.callback_limits.stop = &services.stopping;
  return options;
}

}  // namespace

ScriptHost::ScriptHost(HostOptions options, Services& services)
    : options_(WithStop(std::move(options), services)),
      services_(services),
      loader_(options_.folders, services, options_.limits) {}

ScriptHost::~ScriptHost() { Stop(); }

// Scripts see the interfaces that the user may see; they cannot be kept to networks.
http::RoutePolicy ScriptHost::PolicyOf(RouteSpec::Role role) {
  return {.access = role == RouteSpec::Role::kAdmin ? http::Access::kAdmin : http::Access::kViewer,
          .scope = http::Scope::kByInterface,
          .errors = http::ErrorForm::kProblem};
}

void ScriptHost::Start() {
  // On a thread that has the stack for it.
  std::shared_ptr<const ScriptSet> set;
  ScriptThread("lua-load", [this, &set] { set = loader_.Refresh(); });
  log::Info("lua", "scripts loaded", {{"scripts", std::to_string(set->scripts.size())}});
  pool_ = std::make_unique<WorkerPool>(WorkerPool::Options{.workers = options_.workers,
                                                           .most_waiting = options_.most_waiting,
                                                           .limits = options_.limits},
                                       services_, set);
  callbacks_ = std::make_unique<CallbackRunner>(services_, options_.callback_limits, stats_, set);
  Show(set);
  watcher_ = std::make_unique<ScriptThread>("lua-watch", [this] { Watch(); });
}

void ScriptHost::EndRuns() { services_.stopping = true; }

void ScriptHost::Stop() {
  EndRuns();
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  stop_.NotifyAll();
  watcher_.reset();
  callbacks_.reset();
  pool_.reset();
}

void ScriptHost::Watch() {
  while (true) {
    {
      MutexLock lock(mutex_);
      if (!stopping_) stop_.WaitUntil(lock, steady_clock::now() + kLookInterval);
      if (stopping_) return;
    }
    Look();
  }
}

void ScriptHost::Look() {
  auto set = loader_.Refresh();
  if (set == nullptr) return;
  pool_->SetScripts(set);
  callbacks_->SetScripts(set);
  Show(std::move(set));
}

void ScriptHost::Show(std::shared_ptr<const ScriptSet> set) {
  Published published = Publish(std::move(set));
  const MutexLock lock(mutex_);
  published_ = std::move(published);
}

ScriptHost::Published ScriptHost::Publish(std::shared_ptr<const ScriptSet> set) {
  auto router = std::make_shared<http::Router>();
  for (const Script& script : set->scripts) {
    if (script.file->kind == ScriptKind::kPage) AddPage(*router, script);
    if (!script.is_good) continue;
    for (const RouteSpec& route : script.routes) AddRoute(*router, route);
  }
  auto paths = std::make_shared<const OpenApiPaths>(MakeOpenApiPaths(*set));
  return {std::move(set), std::move(router), std::move(paths)};
}

// The loader has tried all of them: none can fail.
void ScriptHost::AddPage(http::Router& router, const Script& script) {
  const std::string path = PathOf(*script.file);
  for (const http::Method method : {http::Method::kGet, http::Method::kPost}) {
    if (!script.is_good) {
      router.Add(
          method, path,
          [problem = script.problem](const http::Request& request) {
            const bool is_admin =
                request.identity == nullptr || request.identity->role == model::Role::kAdmin;
            return http::ProblemResponse(
                500, is_admin ? problem : "The script does not load; admins see why.");
          },
          PolicyOf(RouteSpec::Role::kViewer));
      continue;
    }
    router.AddDeferred(
        method, path,
        [this, name = script.file->name](http::Request request, http::Reply reply) {
          if (auto refusal = RefuseOrigin(request))
            return std::move(reply).Send(*std::move(refusal));
          std::unique_ptr<Job> job =
              std::make_unique<PageJob>(*this, name, std::move(request), std::move(reply));
          if (!Submit(job)) static_cast<PageJob&>(*job).Refuse();
        },
        PolicyOf(RouteSpec::Role::kViewer));
  }
}

void ScriptHost::AddRoute(http::Router& router, const RouteSpec& spec) {
  const auto route = std::make_shared<const RouteSpec>(spec);
  router.AddDeferred(
      spec.method, spec.path,
      [this, route](http::Request request, http::Reply reply) {
        if (auto refusal = RefuseOrigin(request)) return std::move(reply).Send(*std::move(refusal));
        auto arguments = ReadArguments(*route, request);
        if (auto* const refusal = std::get_if<http::Response>(&arguments)) {
          return std::move(reply).Send(std::move(*refusal));
        }
        std::unique_ptr<Job> job = std::make_unique<RouteJob>(
            *this, route, std::get<0>(std::move(arguments)), std::move(request), std::move(reply));
        if (!Submit(job)) static_cast<RouteJob&>(*job).Refuse();
      },
      PolicyOf(spec.role));
}

// A page of another origin could have a browser send what changes something.
std::optional<http::Response> ScriptHost::RefuseOrigin(const http::Request& request) const {
  if (request.method == http::Method::kGet) return std::nullopt;
  return api::RefuseOtherOrigin(request, options_.allowed_origin, "send to scripts");
}

bool ScriptHost::Submit(std::unique_ptr<Job>& job) { return pool_->Submit(job); }

std::shared_ptr<const http::Router> ScriptHost::router() const {
  const MutexLock lock(mutex_);
  return published_.router;
}

std::shared_ptr<const ScriptHost::OpenApiPaths> ScriptHost::openapi_paths() const {
  const MutexLock lock(mutex_);
  return published_.openapi_paths;
}

std::shared_ptr<const ScriptSet> ScriptHost::scripts() const {
  const MutexLock lock(mutex_);
  return published_.set;
}

ScriptHost::State ScriptHost::state() const {
  State state;
  const auto set = scripts();
  if (set == nullptr) return state;  // not before there are workers
  state.workers = pool_->facts();
  state.scripts = stats_.counts();
  state.generation = set->generation;
  return state;
}

}  // namespace wiregauge::lua
