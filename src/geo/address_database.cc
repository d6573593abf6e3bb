// SPDX-License-Identifier: Apache-2.0
#include "geo/address_database.h"

#include <fcntl.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace wiregauge::geo {
namespace {

using Path = const char* const[];

constexpr Path kCountryPath = {"country", "iso_code", nullptr};
constexpr Path kCityPath = {"city", "names", "en", nullptr};
constexpr Path kAsNumberPath = {"autonomous_system_number", nullptr};
constexpr Path kAsNamePath = {"autonomous_system_organization", nullptr};

// How many records are looked at for one that has the content.
constexpr uint32_t kMostSamples = 1000;
constexpr int64_t kMostFileBytes = int64_t{4} << 30;

class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_(number) {}
  ~FileDescriptor() {
    if (number_ >= 0) close(number_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

Error Refusal(const std::string& path, const std::string& problem) {
  return Error{ErrorCode::kInvalidArgument, path + ": " + problem};
}

// The file's bytes into a file in memory.
Status Copy(const std::string& path, const FileDescriptor& memory) {
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat info {};
  if (file.number() < 0 || fstat(file.number(), &info) != 0) {
    return Refusal(path, std::strerror(errno));
  }
  if (!S_ISREG(info.st_mode)) return Refusal(path, "is no file");
  if (info.st_size > kMostFileBytes) return Refusal(path, "is larger than 4 GiB");
  if (memory.number() < 0) return Refusal(path, std::strerror(errno));
  while (true) {
    const ssize_t sent = sendfile(memory.number(), file.number(), nullptr, 1 << 26);
    if (sent == 0) return {};
    if (sent < 0) return Refusal(path, std::strerror(errno));
  }
}

std::string ProblemOf(int status) {
  switch (status) {
    case MMDB_UNKNOWN_DATABASE_FORMAT_ERROR:
      return "is of a version of the MaxMind DB format that is not known";
    case MMDB_INVALID_METADATA_ERROR:
    case MMDB_FILE_OPEN_ERROR:
    case MMDB_IO_ERROR:
      return "is no MaxMind DB file, or a cut one";
    default:
      return std::string("is damaged: ") + MMDB_strerror(status);
  }
}

// The value at the path when it is there and of the type.
std::optional<MMDB_entry_data_s> ValueAt(const MMDB_s& database, uint32_t entry, Path& path,
                                         uint32_t type) noexcept {
  if (entry == 0) return std::nullopt;
  MMDB_entry_s start{&database, entry - 1};
  MMDB_entry_data_s value{};
  if (MMDB_aget_value(&start, &value, path) != MMDB_SUCCESS) return std::nullopt;
  if (!value.has_data || value.type != type) return std::nullopt;
  return value;
}

std::string_view TextOf(const MMDB_entry_data_s& value) {
  return {value.utf8_string, value.data_size};
}

std::optional<std::string> NameAt(const MMDB_s& database, uint32_t entry, Path& path) {
  const auto value = ValueAt(database, entry, path, MMDB_DATA_TYPE_UTF8_STRING);
  if (!value || value->data_size == 0) return std::nullopt;
  return ToValidUtf8(TextOf(*value));
}

bool HasContent(const MMDB_s& database, uint32_t entry, Content content) {
  return content == Content::kCountry
             ? ValueAt(database, entry, kCountryPath, MMDB_DATA_TYPE_UTF8_STRING).has_value()
             : ValueAt(database, entry, kAsNumberPath, MMDB_DATA_TYPE_UINT32).has_value();
}

// Whether one of the first records has the content: the wrong database would just tell nothing.
bool AnyHasContent(const MMDB_s& database, Content content) {
  uint32_t samples = 0;
  for (uint32_t number = 0; number < database.metadata.node_count; ++number) {
    MMDB_search_node_s node{};
    if (MMDB_read_node(&database, number, &node) != MMDB_SUCCESS) return false;
    const std::pair<uint8_t, uint32_t> records[] = {
        {node.left_record_type, node.left_record_entry.offset},
        {node.right_record_type, node.right_record_entry.offset}};
    for (const auto& [type, offset] : records) {
      if (type != MMDB_RECORD_TYPE_DATA) continue;
      if (HasContent(database, offset + 1, content)) return true;
      if (++samples == kMostSamples) return false;
    }
  }
  return false;
}

const char* MemberOf(Content content) {
  return content == Content::kCountry ? "country.iso_code" : "autonomous_system_number";
}

}  // namespace

AddressDatabase::AddressDatabase(std::unique_ptr<MMDB_s> database)
    : database_(std::move(database)) {}

AddressDatabase::~AddressDatabase() { MMDB_close(database_.get()); }

Result<std::unique_ptr<const AddressDatabase>> AddressDatabase::Open(const std::string& path,
                                                                     Content content) {
  const FileDescriptor memory(memfd_create("address database", MFD_CLOEXEC));
  if (Status copied = Copy(path, memory); !copied) return copied.error();
  const std::string copy = "/proc/self/fd/" + std::to_string(memory.number());
  auto opened = std::make_unique<MMDB_s>();
  const int status = MMDB_open(copy.c_str(), MMDB_MODE_MMAP, opened.get());
  if (status != MMDB_SUCCESS) return Refusal(path, ProblemOf(status));
  std::unique_ptr<const AddressDatabase> database(new AddressDatabase(std::move(opened)));
  if (!AnyHasContent(*database->database_, content)) {
    return Refusal(path, std::string("has no ") + MemberOf(content) + "; it is a " +
                             ToValidUtf8(database->database_->metadata.database_type) +
                             " database");
  }
  return database;
}

uint32_t AddressDatabase::Find(const IpAddress& ip) const noexcept {
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  const sockaddr* address = nullptr;
  if (ip.version() == 4) {
    v4.sin_family = AF_INET;
    std::memcpy(&v4.sin_addr, ip.bytes().data(), sizeof v4.sin_addr);
    address = reinterpret_cast<const sockaddr*>(&v4);
  } else {
    v6.sin6_family = AF_INET6;
    std::memcpy(&v6.sin6_addr, ip.bytes().data(), sizeof v6.sin6_addr);
    address = reinterpret_cast<const sockaddr*>(&v6);
  }
  int status = MMDB_SUCCESS;
  const MMDB_lookup_result_s found = MMDB_lookup_sockaddr(database_.get(), address, &status);
  return status == MMDB_SUCCESS && found.found_entry ? found.entry.offset + 1 : 0;
}

uint32_t AddressDatabase::AsNumber(uint32_t entry) const noexcept {
  const auto value = ValueAt(*database_, entry, kAsNumberPath, MMDB_DATA_TYPE_UINT32);
  return value ? value->uint32 : 0;
}

model::CountryCode AddressDatabase::Country(uint32_t entry) const noexcept {
  const auto value = ValueAt(*database_, entry, kCountryPath, MMDB_DATA_TYPE_UTF8_STRING);
  if (!value) return {};
  return model::CountryCode::Parse(TextOf(*value)).value_or(model::CountryCode());
}

bool AddressDatabase::HasCity(uint32_t entry) const noexcept {
  const auto value = ValueAt(*database_, entry, kCityPath, MMDB_DATA_TYPE_UTF8_STRING);
  return value && value->data_size > 0;
}

bool AddressDatabase::HasAsName(uint32_t entry) const noexcept {
  const auto value = ValueAt(*database_, entry, kAsNamePath, MMDB_DATA_TYPE_UTF8_STRING);
  return value && value->data_size > 0;
}

std::optional<std::string> AddressDatabase::City(uint32_t entry) const {
  return NameAt(*database_, entry, kCityPath);
}

std::optional<std::string> AddressDatabase::AsName(uint32_t entry) const {
  return NameAt(*database_, entry, kAsNamePath);
}

std::string LibraryVersion() { return MMDB_lib_version(); }

}  // namespace wiregauge::geo
