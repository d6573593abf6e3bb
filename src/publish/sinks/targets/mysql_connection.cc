// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/mysql_connection.h"

#include <errmsg.h>
#include <mysql.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include "base/check.h"
#include "base/text.h"

namespace wiregauge::sinks {
namespace {

// A call that waits stands on a stack of its own, on which names are looked up, too.
constexpr size_t kStackBytes = size_t{512} << 10;
// For what goes on when the sink stops.
constexpr Duration kLastWait = std::chrono::milliseconds(500);
// The handshake of TLS waits without us.
constexpr Duration kMostHandshakeWait = std::chrono::seconds(5);
// A statement is answered before that: who waits for a lock gives up in time.
constexpr int kLockWaitParts = 2;

unsigned WholeSeconds(Duration duration) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(duration).count();
  return static_cast<unsigned>(std::max<int64_t>(1, seconds));
}

short PollEvents(int status) {
  int events = 0;
  if ((status & MYSQL_WAIT_READ) != 0) events |= POLLIN;
  if ((status & MYSQL_WAIT_WRITE) != 0) events |= POLLOUT;
  if ((status & MYSQL_WAIT_EXCEPT) != 0) events |= POLLPRI;
  return static_cast<short>(events);
}

int WaitStatus(short events) {
  int status = 0;
  if ((events & (POLLIN | POLLHUP | POLLERR)) != 0) status |= MYSQL_WAIT_READ;
  if ((events & (POLLOUT | POLLHUP | POLLERR)) != 0) status |= MYSQL_WAIT_WRITE;
  if ((events & POLLPRI) != 0) status |= MYSQL_WAIT_EXCEPT;
  return status;
}

}  // namespace

void MysqlConnection::Free::operator()(st_mysql* session) const { ::mysql_close(session); }

void MysqlConnection::Free::operator()(st_mysql_stmt* statement) const {
  ::mysql_stmt_close(statement);
}

MysqlConnection::MysqlConnection(MysqlOptions options) : options_(std::move(options)) {}

MysqlConnection::~MysqlConnection() { Close(); }

// A server that does not answer is not told: nothing waits here.
void MysqlConnection::Close() {
  if (session_ == nullptr) return;
  const int socket = static_cast<int>(::mysql_get_socket(session_.get()));
  if (lost_ && socket >= 0) ::shutdown(socket, SHUT_RDWR);
  statement_.reset();
  session_.reset();
}

MysqlAnswer MysqlConnection::Open(const Interrupt& stop) {
  MysqlAnswer answer = Connect(!options_.is_socket(), stop);
  if (!answer.ok() && !server_has_tls_ && options_.ca_file.empty()) answer = Connect(false, stop);
  if (answer.ok()) answer = Pin(stop);
  if (!answer.ok()) {
    lost_ = true;
    Close();
  }
  return answer;
}

MysqlAnswer MysqlConnection::Connect(bool with_tls, const Interrupt& stop) {
  Close();
  lost_ = false;
  given_up_.clear();
  session_.reset(::mysql_init(nullptr));
  WIREGAUGE_CHECK(session_ != nullptr);
  st_mysql* const session = session_.get();
  const my_bool enforce = with_tls ? 1 : 0, verify = with_tls && options_.verify_tls ? 1 : 0;
  const unsigned connect_seconds = WholeSeconds(std::min(options_.timeout, kMostHandshakeWait));
  const unsigned off = 0;
  ::mysql_options(session, MYSQL_OPT_NONBLOCK, &kStackBytes);
  ::mysql_options(session, MYSQL_OPT_CONNECT_TIMEOUT, &connect_seconds);
  ::mysql_options(session, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  ::mysql_options(session, MYSQL_OPT_LOCAL_INFILE, &off);
  ::mysql_options(session, MYSQL_OPT_SSL_ENFORCE, &enforce);
  ::mysql_options(session, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
  if (with_tls && !options_.ca_file.empty()) {
    ::mysql_options(session, MYSQL_OPT_SSL_CA, options_.ca_file.c_str());
  }
  const bool is_socket = options_.is_socket();
  const auto protocol =
      static_cast<unsigned>(is_socket ? MYSQL_PROTOCOL_SOCKET : MYSQL_PROTOCOL_TCP);
  ::mysql_options(session, MYSQL_OPT_PROTOCOL, &protocol);

  const SteadyTime deadline = std::chrono::steady_clock::now() + options_.timeout;
  st_mysql* connected = nullptr;
  int status = ::mysql_real_connect_start(
      &connected, session, is_socket ? nullptr : options_.host.c_str(), options_.user.c_str(),
      options_.password.c_str(), nullptr, is_socket ? 0 : options_.port,
      is_socket ? options_.host.c_str() : nullptr, 0);
  while (status != 0) {
    status = ::mysql_real_connect_cont(&connected, session, Wait(status, deadline, stop));
  }
  if (connected == nullptr) {
    MysqlAnswer failure = Failure();
    server_has_tls_ = failure.problem.find("server does not support") == std::string::npos;
    lost_ = true;
    return failure;
  }
  if (with_tls && !options_.ca_file.empty() && !is_encrypted()) {
    return {.code = CR_SSL_CONNECTION_ERROR,
            .sqlstate = "HY000",
            .problem = "TLS is required (ca_file), but the server does not offer it"};
  }
  return {};
}

// What the session must not take from the server's settings.
MysqlAnswer MysqlConnection::Pin(const Interrupt& stop) {
  const std::string lock_wait = std::to_string(WholeSeconds(options_.timeout / kLockWaitParts));
  const std::string pins[] = {
      "SET SESSION sql_mode='STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', SESSION "
      "time_zone='+00:00', SESSION autocommit=0, SESSION innodb_lock_wait_timeout=" +
          lock_wait,
      "SET NAMES utf8mb4"};
  for (const std::string& pin : pins) {
    if (MysqlAnswer answer = Run(pin, options_.timeout, stop); !answer.ok()) return answer;
  }
  MysqlAnswer answer = Run("SELECT @@max_allowed_packet", options_.timeout, stop);
  if (!answer.ok()) return answer;
  const bool has_number = answer.rows.size() == 1 && answer.rows[0].size() == 1;
  const auto bytes = has_number ? ParseNumber<uint64_t>(answer.rows[0][0]) : std::nullopt;
  static constexpr uint64_t kLeast = 1024;  // the server's own least
  most_packet_bytes_ = std::max(bytes.value_or(kLeast), kLeast);
  unsigned long abilities = 0;
  ::mariadb_get_infov(session_.get(), MARIADB_CONNECTION_EXTENDED_SERVER_CAPABILITIES, &abilities);
  takes_values_ = (abilities & (MARIADB_CLIENT_STMT_BULK_OPERATIONS >> 32)) != 0;
  return answer;
}

MysqlAnswer MysqlConnection::Run(std::string_view sql, Duration most, const Interrupt& stop) {
  given_up_.clear();
  const SteadyTime deadline = std::chrono::steady_clock::now() + most;
  int error = 0;
  int status = ::mysql_real_query_start(&error, session_.get(), sql.data(), sql.size());
  while (status != 0) {
    status = ::mysql_real_query_cont(&error, session_.get(), Wait(status, deadline, stop));
  }
  if (error != 0) return Failure();
  MysqlAnswer answer;
  if (::mysql_field_count(session_.get()) == 0) {
    answer.affected_rows = ::mysql_affected_rows(session_.get());
  } else {
    TakeRows(answer, deadline, stop);
  }
  return answer;
}

MysqlAnswer MysqlConnection::RunWith(const std::string& sql, MysqlValues& values, Duration most,
                                     const Interrupt& stop) {
  given_up_.clear();
  const SteadyTime deadline = std::chrono::steady_clock::now() + most;
  if (statement_ == nullptr || prepared_sql_ != sql) {
    if (MysqlAnswer answer = Prepare(sql, deadline, stop); !answer.ok()) return answer;
  }
  std::vector<MYSQL_BIND> binds(values.columns.size());
  for (size_t column = 0; column < binds.size(); ++column) {
    binds[column].buffer_type = MYSQL_TYPE_STRING;
    binds[column].buffer = values.columns[column].texts.data();
    binds[column].length = values.columns[column].lengths.data();
    binds[column].u.indicator = values.columns[column].nulls.data();
  }
  const auto rows = static_cast<unsigned>(values.rows);
  ::mysql_stmt_attr_set(statement_.get(), STMT_ATTR_ARRAY_SIZE, &rows);
  int error = ::mysql_stmt_bind_param(statement_.get(), binds.data());
  if (error != 0) return FailureOfStatement();
  int status = ::mysql_stmt_execute_start(&error, statement_.get());
  while (status != 0) {
    status = ::mysql_stmt_execute_cont(&error, statement_.get(), Wait(status, deadline, stop));
  }
  if (error != 0) return FailureOfStatement();
  MysqlAnswer answer;
  answer.affected_rows = ::mysql_stmt_affected_rows(statement_.get());
  return answer;
}

MysqlAnswer MysqlConnection::Prepare(const std::string& sql, SteadyTime deadline,
                                     const Interrupt& stop) {
  statement_.reset(::mysql_stmt_init(session_.get()));
  WIREGAUGE_CHECK(statement_ != nullptr);
  int error = 0;
  int status = ::mysql_stmt_prepare_start(&error, statement_.get(), sql.data(), sql.size());
  while (status != 0) {
    status = ::mysql_stmt_prepare_cont(&error, statement_.get(), Wait(status, deadline, stop));
  }
  if (error != 0) return FailureOfStatement();
  prepared_sql_ = sql;
  return {};
}

void MysqlConnection::TakeRows(MysqlAnswer& answer, SteadyTime deadline, const Interrupt& stop) {
  MYSQL_RES* stored = nullptr;
  int status = ::mysql_store_result_start(&stored, session_.get());
  while (status != 0) {
    status = ::mysql_store_result_cont(&stored, session_.get(), Wait(status, deadline, stop));
  }
  const std::unique_ptr<MYSQL_RES, void (*)(MYSQL_RES*)> result(stored, ::mysql_free_result);
  if (result == nullptr) {
    answer = Failure();
    return;
  }
  const unsigned columns = ::mysql_num_fields(result.get());
  while (MYSQL_ROW row = ::mysql_fetch_row(result.get())) {
    const unsigned long* const lengths = ::mysql_fetch_lengths(result.get());
    std::vector<std::string>& texts = answer.rows.emplace_back();
    for (unsigned column = 0; column < columns; ++column) {
      texts.emplace_back(row[column] == nullptr ? "" : row[column],
                         row[column] == nullptr ? 0 : lengths[column]);
    }
  }
}

// What a suspended call waits for. The connector takes MYSQL_WAIT_TIMEOUT as the end of the
// connection.
int MysqlConnection::Wait(int status, SteadyTime deadline, const Interrupt& stop) {
  const int socket = static_cast<int>(::mysql_get_socket(session_.get()));
  std::optional<SteadyTime> last;
  while (given_up_.empty()) {
    const SteadyTime now = std::chrono::steady_clock::now();
    if (stop.raised() && !last) last = std::min(deadline, now + kLastWait);
    const SteadyTime until = last.value_or(deadline);
    if (now >= until) {
      given_up_ = last ? "stopped" : "no answer in time";
      break;
    }
    pollfd polled[] = {{socket, PollEvents(status), 0}, {last ? -1 : stop.fd(), POLLIN, 0}};
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(until - now).count();
    ::poll(polled, 2, static_cast<int>(std::min<int64_t>(milliseconds, INT32_MAX)));
    if (polled[0].revents != 0) return WaitStatus(polled[0].revents) & status;
  }
  lost_ = true;
  if (socket >= 0) ::shutdown(socket, SHUT_RDWR);
  return MYSQL_WAIT_TIMEOUT;
}

MysqlAnswer MysqlConnection::Failure() {
  st_mysql* const session = session_.get();
  MysqlAnswer answer{.code = std::max(1U, ::mysql_errno(session)),
                     .sqlstate = ::mysql_sqlstate(session),
                     .problem = ::mysql_error(session)};
  return Judged(std::move(answer));
}

// The next one is prepared anew.
MysqlAnswer MysqlConnection::FailureOfStatement() {
  st_mysql_stmt* const statement = statement_.get();
  MysqlAnswer answer{.code = std::max(1U, ::mysql_stmt_errno(statement)),
                     .sqlstate = ::mysql_stmt_sqlstate(statement),
                     .problem = ::mysql_stmt_error(statement)};
  answer = Judged(std::move(answer));
  if (!lost_) statement_.reset();
  return answer;
}

MysqlAnswer MysqlConnection::Judged(MysqlAnswer answer) {
  const bool is_of_connector = answer.code >= CR_MIN_ERROR && answer.code <= CR_MAX_ERROR;
  if (is_of_connector && answer.code != CR_NET_PACKET_TOO_LARGE) lost_ = true;
  answer.given_up = !given_up_.empty();
  if (answer.given_up) answer.problem = given_up_;
  return answer;
}

bool MysqlConnection::is_closed_by_peer() const {
  if (session_ == nullptr) return false;
  pollfd polled{static_cast<int>(::mysql_get_socket(session_.get())), POLLIN | POLLRDHUP, 0};
  return ::poll(&polled, 1, 0) > 0;  // nothing is asked: whatever comes is the end
}

bool MysqlConnection::is_encrypted() const {
  return session_ != nullptr && ::mysql_get_ssl_cipher(session_.get()) != nullptr;
}

std::string MysqlConnection::peer_ip() const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  std::array<char, NI_MAXHOST> text{};
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (session_ == nullptr || options_.is_socket() ||
      ::getpeername(static_cast<int>(::mysql_get_socket(session_.get())), generic, &size) != 0 ||
      ::getnameinfo(generic, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0) {
    return {};
  }
  return text.data();
}

}  // namespace wiregauge::sinks
