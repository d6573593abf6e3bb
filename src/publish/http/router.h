// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "publish/http/access.h"
#include "publish/http/reply.h"
#include "publish/http/request.h"
#include "publish/http/response.h"

namespace wiregauge::http {

// Called on any worker thread, also at the same time: what it shares must be thread-safe.
using Handler = std::function<Response(const Request&)>;

// As Handler, of an answer that takes its time: it hands `reply` to whoever has that, and returns
// soon.
using DeferredHandler = std::function<void(Request request, Reply reply)>;

// Makes the reply of the request that is dispatched, when that takes one.
using Defer = std::function<Reply()>;

struct Route {
  Method method = Method::kGet;
  std::string path_template;  // "/api/v1/flows/{id}"
  RoutePolicy policy;
};

// Decides before a handler is called: what it gives is answered instead.
using Guard = std::function<std::optional<Response>(Request& request, const RoutePolicy& policy)>;

// Which handler answers a request. A literal segment wins over a {parameter}; "/a" and "/a/" are
// the same, and so are "/a/b" and "/a//b", as clients ask whose base URL ends with a slash: an
// empty segment counts only where a {parameter} lacks its value. HEAD is served wherever GET is;
// OPTIONS is answered for every path that has a route. Thread safety: filled first, then only read;
// what is mounted is replaced as a whole.
class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  // A template that is malformed or taken is a mistake in the program and aborts.
  // GET, POST, PUT, PATCH and DELETE only: HEAD and OPTIONS come by themselves.
  void Add(Method method, std::string_view path_template, Handler handler, RoutePolicy policy = {});
  void AddDeferred(Method method, std::string_view path_template, DeferredHandler handler,
                   RoutePolicy policy = {});

  // The same for a template from outside. Errors, which change nothing: kInvalidArgument for one
  // that no path can match, or that names a parameter badly or twice, and for a method that cannot
  // be added; kConflict for what is taken, also by a template with other names of parameters.
  Status TryAdd(Method method, std::string_view path_template, Handler handler,
                RoutePolicy policy = {});
  Status TryAddDeferred(Method method, std::string_view path_template, DeferredHandler handler,
                        RoutePolicy policy = {});

  // Has the paths that match none of the templates here looked up in another router, as if its
  // routes were here; null: there is none now. `current` is called on any worker thread, also at
  // the same time, and does not throw. What the other one has mounted is not asked. Once at most.
  void Mount(std::function<std::shared_ptr<const Router>()> current);

  // Every route here, by template, then method: for tests against the contract.
  std::vector<Route> routes() const;

  struct Answer {
    Response response;
    // Of the route that matched; "" when none did. The router's memory, or the owner's.
    std::string_view path_template;
    ErrorForm errors = ErrorForm::kProblem;         // of a deferred response
    bool is_deferred = false;                       // the response comes by the reply
    std::shared_ptr<const Router> owner = nullptr;  // of the route, when it is mounted
  };
  // `defer` is needed where there are deferred routes. 404 and 405 (with Allow) are errors; a
  // handler that throws makes a 500 and a log line. The guard is asked about every request but
  // OPTIONS, also about what has no route.
  Answer Dispatch(Request request, const Guard& guard = {}, const Defer& defer = {}) const;
  // The answer that does not depend on a body: the guard's refusal, 404, 405. Nothing: there is a
  // handler, or it is OPTIONS.
  std::optional<Answer> Refuse(Request& request, const Guard& guard) const;
  // Of what is refused before it has a route: as the last route says that the path leads through,
  // literal by literal.
  ErrorForm ErrorFormOf(const Request& request) const;

 private:
  struct Node;
  struct Match;
  struct Endpoint;
  Status AddEndpoint(Method method, std::string_view path_template, Endpoint endpoint);
  static Answer Call(const Endpoint& endpoint, Request request, const Defer& defer,
                     std::string_view path_template);
  static std::string AllowedMethods(const Node& node);
  Match Find(const Request& request) const;
  Match FindHere(const Request& request) const;
  std::optional<ErrorForm> FormAlong(const Request& request) const;
  Answer Follow(const Match& match, Request& request, const Guard& guard, const Defer& defer) const;
  std::optional<Answer> Refuse(const Match& match, Request& request, const Guard& guard) const;
  static const Node* Descend(const Node& node, const Request& request, size_t depth,
                             std::vector<const std::string*>& values);

  std::unique_ptr<Node> root_;
  std::vector<Route> routes_;
  std::function<std::shared_ptr<const Router>()> mounted_;  // nothing: none
};

}  // namespace wiregauge::http
