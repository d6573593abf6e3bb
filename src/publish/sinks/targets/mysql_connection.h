// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/interrupt.h"
#include "base/time.h"
#include "publish/sinks/targets/mysql_rows.h"

struct st_mysql;
struct st_mysql_stmt;

namespace wiregauge::sinks {

struct MysqlOptions {
  std::string host;  // a name, an address, or a socket: "/run/mysqld/mysqld.sock"
  uint16_t port = 3306;
  std::string user, password;
  std::string ca_file{};  // PEM; empty: the system's
  bool verify_tls = true;
  Duration timeout = std::chrono::seconds(30);
  bool beside_sql = true;  // values go beside the SQL where the server takes them so

  bool is_socket() const { return host.starts_with('/'); }
};

// What became of a statement, or of connecting.
struct MysqlAnswer {
  unsigned code = 0;  // 0: it was done
  std::string sqlstate{}, problem{};
  bool given_up = false;  // there was no answer in time, or the sink stops
  uint64_t affected_rows = 0;
  std::vector<std::vector<std::string>> rows{};  // of a query; NULL is empty

  bool ok() const { return code == 0; }
};

// A session with MySQL or MariaDB through MariaDB Connector/C. It is strict, in UTF-8 and UTC, and
// outside COMMIT nothing is written. One thread's; every wait ends soon after `stop` was raised.
// Only looking the name up and the handshake of TLS do not end then: they have bounds of their own.
//
// TLS is used wherever the server offers it, but on a socket. With a ca_file a server without it is
// refused.
class MysqlConnection {
 public:
  explicit MysqlConnection(MysqlOptions options);
  ~MysqlConnection();
  MysqlConnection(const MysqlConnection&) = delete;
  MysqlConnection& operator=(const MysqlConnection&) = delete;

  // Looks the name up anew.
  MysqlAnswer Open(const Interrupt& stop);
  MysqlAnswer Run(std::string_view sql, Duration most, const Interrupt& stop);
  // Once for all rows: the server reads the SQL, with its places for values, once a session.
  MysqlAnswer RunWith(const std::string& sql, MysqlValues& values, Duration most,
                      const Interrupt& stop);
  // MariaDB takes RunWith, MySQL does not.
  bool takes_values() const { return takes_values_; }
  void Close();

  bool is_open() const { return session_ != nullptr; }
  // The connection is broken, or must not be used any more.
  bool is_lost() const { return lost_; }
  // The server has ended it.
  bool is_closed_by_peer() const;
  bool is_encrypted() const;
  std::string peer_ip() const;  // empty: it is a socket
  uint64_t most_packet_bytes() const { return most_packet_bytes_; }

 private:
  struct Free {
    void operator()(st_mysql* session) const;
    void operator()(st_mysql_stmt* statement) const;
  };

  MysqlAnswer Connect(bool with_tls, const Interrupt& stop);
  MysqlAnswer Pin(const Interrupt& stop);
  int Wait(int status, SteadyTime deadline, const Interrupt& stop);
  MysqlAnswer Prepare(const std::string& sql, SteadyTime deadline, const Interrupt& stop);
  MysqlAnswer Failure();
  MysqlAnswer FailureOfStatement();
  MysqlAnswer Judged(MysqlAnswer failure);
  void TakeRows(MysqlAnswer& answer, SteadyTime deadline, const Interrupt& stop);

  const MysqlOptions options_;
  std::unique_ptr<st_mysql, Free> session_;         // null: not connected
  std::unique_ptr<st_mysql_stmt, Free> statement_;  // null: none is prepared
  std::string prepared_sql_;
  std::string given_up_;  // why the call that goes on was ended by us
  bool lost_ = false, server_has_tls_ = true, takes_values_ = false;
  uint64_t most_packet_bytes_ = 0;
};

}  // namespace wiregauge::sinks
