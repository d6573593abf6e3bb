// SPDX-License-Identifier: Apache-2.0
#include "publish/stream/flow_view.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "unit/publish/api/world.h"

namespace wiregauge::stream {
namespace {

using Json = nlohmann::json;

class FlowViewTest : public testing::Test {
 protected:
  std::unique_ptr<FlowView> MakeView(std::vector<http::Parameter> parameters,
                                     std::shared_ptr<const model::Identity> identity = nullptr) {
    http::Request request;
    request.query = std::move(parameters);
    request.identity = std::move(identity);
    std::vector<std::string_view> known(std::begin(api::kFlowFilterParameters),
                                        std::end(api::kFlowFilterParameters));
    known.push_back("fields");
    api::Query query(request, known);
    auto view = std::make_unique<FlowView>(
        request, query, std::make_shared<const snapshot::Snapshot>(world_.tables()),
        world_.dependencies().places);
    is_refused_ = query.refusal().has_value();
    return view;
  }

  // The ids of the world's flows that it shows.
  std::vector<uint64_t> Shown(FlowView& view) {
    std::vector<uint64_t> ids;
    world_.tables().ForEachFlow([&](const model::FlowRecord& flow) {
      if (view.Shows(flow)) ids.push_back(flow.id);
    });
    std::ranges::sort(ids);
    return ids;
  }

  static std::shared_ptr<const model::Identity> Sees(std::vector<std::string> interfaces,
                                                     std::vector<IpNetwork> networks = {}) {
    return std::make_shared<const model::Identity>(model::Identity{
        .user = "x", .interfaces = std::move(interfaces), .networks = std::move(networks)});
  }

  using Ids = std::vector<uint64_t>;
  api::World world_;
  bool is_refused_ = false;
};

TEST_F(FlowViewTest, WithoutFiltersItShowsAll) {
  const auto view = MakeView({});
  EXPECT_TRUE(view->shows_all());
  EXPECT_EQ(Shown(*view), Ids({1, 2, 3, 4, 5}));
  EXPECT_TRUE(MakeView({{"fields", "id"}})->shows_all());
}

TEST_F(FlowViewTest, FiltersAreThoseOfFlows) {
  EXPECT_EQ(Shown(*MakeView({{"interface", "lan"}})), Ids({4, 5}));
  EXPECT_EQ(Shown(*MakeView({{"client", "10.0.0.1"}, {"port", "443"}})), Ids({1}));
  EXPECT_EQ(Shown(*MakeView({{"state", "ended"}})), Ids({1, 3}));
  EXPECT_FALSE(MakeView({{"state", "ended"}})->shows_all());
  MakeView({{"interface", "nowhere"}});
  EXPECT_TRUE(is_refused_);
}

TEST_F(FlowViewTest, WhoIsKeptToInterfacesSeesThose) {
  const auto lan = MakeView({}, Sees({"lan"}));
  EXPECT_FALSE(lan->shows_all());
  EXPECT_EQ(Shown(*lan), Ids({4, 5}));
  EXPECT_EQ(Shown(*MakeView({{"interface", "lan"}}, Sees({"lan"}))), Ids({4, 5}))
      << "of interfaces that are counted otherwise";
  EXPECT_FALSE(is_refused_);
  MakeView({{"interface", "eth0"}}, Sees({"lan"}));
  EXPECT_TRUE(is_refused_) << "others are not there";
}

TEST_F(FlowViewTest, WhoIsKeptToNetworksSeesFlowsWithAnEndThere) {
  EXPECT_EQ(Shown(*MakeView({}, Sees({}, {*IpNetwork::Parse("10.0.0.53/32")}))), Ids({3}));
  EXPECT_EQ(Shown(*MakeView({{"state", "active"}}, Sees({}, {*IpNetwork::Parse("10.0.0.0/8")}))),
            Ids({2, 4}));
}

TEST_F(FlowViewTest, WritesWhatCameSinceTheLastReport) {
  model::FlowRecord flow = api::MakeFlow(7, "10.0.0.1", 1, "10.0.0.2", 2, 1000);
  flow.reported.client = flow.client.counters();
  flow.reported.client.sent.bytes -= 10;
  std::string all, some;
  MakeView({})->Write(flow, all);
  EXPECT_EQ(Json::parse(all).at("client").at("bytes_sent"), 10);
  EXPECT_EQ(all.find('\n'), std::string::npos);
  MakeView({{"fields", "id,interface"}})->Write(flow, some);
  EXPECT_EQ(some, R"({"id":7,"interface":"eth0"})");
}

}  // namespace
}  // namespace wiregauge::stream
