// SPDX-License-Identifier: Apache-2.0
// A Kafka cluster for tests: librdkafka's mock brokers, which speak the real protocol, on ports of
// 127.0.0.1.
//
//   kafka_cluster BROKERS      writes "bootstrap HOST:PORT,...", then serves until its input ends
//
// Commands, one a line; "done N" follows the Nth:
//   create TOPIC PARTITIONS    down BROKER    up BROKER    rtt BROKER MILLISECONDS
//   error COUNT CODE           the next COUNT Produce requests are answered with that error
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>

namespace {

constexpr int16_t kProduce = 0;

bool Obey(rd_kafka_mock_cluster_t* cluster, int brokers, const std::string& line) {
  std::istringstream words(line);
  std::string command, topic;
  int first = 0, second = 0;
  words >> command;
  if (command == "create") words >> topic;
  words >> first >> second;
  if (command == "create") {
    return ::rd_kafka_mock_topic_create(cluster, topic.c_str(), first, std::min(brokers, 3)) == 0;
  }
  if (command == "down") return ::rd_kafka_mock_broker_set_down(cluster, first) == 0;
  if (command == "up") return ::rd_kafka_mock_broker_set_up(cluster, first) == 0;
  if (command == "rtt") return ::rd_kafka_mock_broker_set_rtt(cluster, first, second) == 0;
  if (command != "error") return false;
  for (int i = 0; i < first; ++i) {
    ::rd_kafka_mock_push_request_errors(cluster, kProduce, 1,
                                        static_cast<rd_kafka_resp_err_t>(second));
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const int brokers = argc > 1 ? std::atoi(argv[1]) : 1;
  std::array<char, 512> error{};
  rd_kafka_conf_t* const settings = ::rd_kafka_conf_new();
  rd_kafka_t* const host = ::rd_kafka_new(RD_KAFKA_PRODUCER, settings, error.data(), error.size());
  if (host == nullptr) {
    std::cerr << error.data() << '\n';
    return 1;
  }
  rd_kafka_mock_cluster_t* const cluster = ::rd_kafka_mock_cluster_new(host, brokers);
  if (cluster == nullptr) return 1;
  std::cout << "bootstrap " << ::rd_kafka_mock_cluster_bootstraps(cluster) << std::endl;
  int commands = 0;
  for (std::string line; std::getline(std::cin, line);) {
    const bool done = Obey(cluster, brokers, line);
    std::cout << (done ? "done " : "failed ") << ++commands << std::endl;
  }
  ::rd_kafka_mock_cluster_destroy(cluster);
  ::rd_kafka_destroy(host);
}
