// SPDX-License-Identifier: Apache-2.0
#include "capture/file_source.h"

#include <stdio_ext.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <new>

#include "base/check.h"
#include "capture/byte_stream.h"
#include "capture/filter.h"
#include "capture/link_types.h"
#include "capture/pcap_handle.h"

namespace wiregauge::capture {
namespace {

struct FileCloser {
  void operator()(FILE* file) const noexcept { fclose(file); }
};

ssize_t ReadCookie(void* cookie, char* buffer, size_t size) {
  auto& stream = *static_cast<ByteStream*>(cookie);
  const size_t count = stream.Read({reinterpret_cast<uint8_t*>(buffer), size});
  if (count == 0 && stream.problem().has_value()) {
    errno = EIO;  // libpcap stops here; the reason is in problem()
    return -1;
  }
  return static_cast<ssize_t>(count);
}

// The decompressed bytes of a file behind stdio, which is what libpcap reads from.
// Invariant: the members are destroyed from the last to the first, each before what it reads from.
struct Input {
  static constexpr size_t kBufferBytes = size_t{256} << 10;
  // The kernel's copy into it is several times as fast as to where malloc happens to put it.
  static constexpr std::align_val_t kBufferAlignment{4096};
  struct BufferDeleter {
    void operator()(char* bytes) const noexcept { operator delete[](bytes, kBufferAlignment); }
  };

  explicit Input(std::unique_ptr<FdStream> bytes) : disk(std::move(bytes)), stream(disk.get()) {}
  // Finds out how the bytes are compressed and opens `file`. Error: kDataLoss for an empty file.
  Status Start(const std::string& name);

  std::unique_ptr<FdStream> disk;
  std::unique_ptr<ByteStream> decompressor;  // null for a file that is not compressed
  ByteStream* stream = nullptr;
  std::unique_ptr<char[], BufferDeleter> buffer;
  std::unique_ptr<FILE, FileCloser> file;
};

Status Input::Start(const std::string& name) {
  constexpr std::array<uint8_t, 2> kGzip = {0x1f, 0x8b};
  constexpr std::array<uint8_t, 4> kZstd = {0x28, 0xb5, 0x2f, 0xfd};
  const std::span<const uint8_t> magic = disk->Peek(kZstd.size());
  const auto starts_with = [&magic](std::span<const uint8_t> start) {
    return magic.size() >= start.size() && std::equal(start.begin(), start.end(), magic.begin());
  };
  if (magic.empty()) {
    const auto& problem = disk->problem();
    return Error{
        ErrorCode::kDataLoss,
        name + ": " + (problem ? problem->reason : "is empty; a pcap or pcapng file was expected")};
  }
  if (starts_with(kGzip)) {
    decompressor = NewGzipStream(*disk);
  } else if (starts_with(kZstd)) {
    decompressor = NewZstdStream(*disk);
  }
  if (decompressor != nullptr) stream = decompressor.get();

  const cookie_io_functions_t functions = {
      .read = ReadCookie, .write = nullptr, .seek = nullptr, .close = nullptr};
  file.reset(fopencookie(stream, "rb", functions));
  WIREGAUGE_CHECK(file != nullptr);
  buffer.reset(new (kBufferAlignment) char[kBufferBytes]);
  setvbuf(file.get(), buffer.get(), _IOFBF, kBufferBytes);
  // One thread reads; libpcap's two fread a packet need not lock.
  __fsetlocking(file.get(), FSETLOCKING_BYCALLER);
  return {};
}

// Where the stream before the capture's first packet went wrong.
Error HeaderError(const std::string& path, const Input& input, const char* libpcap_reason) {
  const auto& problem = input.stream->problem();
  return {ErrorCode::kDataLoss, path +
                                    ": is not a pcap or pcapng file, or its header is damaged (" +
                                    (problem ? problem->reason : libpcap_reason) + ")"};
}

class PcapFileSource final : public FileSource {
 public:
  static Result<std::unique_ptr<FileSource>> Open(const FileOptions& options);

  size_t Poll(PacketHandler& handler, size_t max_packets, Duration wait) noexcept override;

  SourceState state() const noexcept override { return state_; }
  const std::string& problem() const noexcept override { return problem_; }
  SourceDrops drops() noexcept override { return {}; }
  std::optional<LinkType> link_type() const noexcept override { return link_type_; }
  uint64_t bytes_read() const noexcept override { return input_.disk->position_bytes(); }
  uint64_t size_bytes() const noexcept override { return input_.disk->size_bytes(); }

 private:
  // What libpcap's callback needs; lives as long as one Poll.
  struct Delivery {
    PcapFileSource& source;
    PacketHandler& handler;
    size_t delivered = 0;
  };

  explicit PcapFileSource(std::unique_ptr<FdStream> bytes) : input_(std::move(bytes)) {}
  // Up to the first packet.
  Status ReadHeader();
  Status StartFilter();
  static void OnPcapPacket(u_char* user, const pcap_pkthdr* header, const u_char* bytes) noexcept;
  void Stop();

  std::string name_;
  std::string filter_text_;
  Input input_;
  PcapHandle pcap_;  // after input_: it reads from it; null until the header was read
  std::unique_ptr<BpfFilter> filter_;
  std::optional<LinkType> link_type_;
  SourceState state_ = SourceState::kOpen;
  std::string problem_;
  uint64_t packets_read_ = 0;
  bool is_pcapng_ = false;
};

Result<std::unique_ptr<FileSource>> PcapFileSource::Open(const FileOptions& options) {
  auto bytes = FdStream::Open(options.path, {options.interrupt, options.before_wait});
  if (!bytes.ok()) return bytes.error();
  std::unique_ptr<PcapFileSource> source(new PcapFileSource(std::move(*bytes)));
  source->name_ = options.path == "-" ? "standard input" : options.path;
  source->filter_text_ = options.filter;
  const bool later = source->input_.disk->is_pipe();
  if (Status status = later ? CheckFilter(options.filter) : source->ReadHeader(); !status.ok()) {
    return status.error();
  }
  return std::unique_ptr<FileSource>(std::move(source));
}

Status PcapFileSource::ReadHeader() {
  if (Status status = input_.Start(name_); !status.ok()) return status.error();
  char reason[PCAP_ERRBUF_SIZE] = "";
  pcap_.reset(pcap_fopen_offline_with_tstamp_precision(input_.file.get(),
                                                       PCAP_TSTAMP_PRECISION_NANO, reason));
  if (pcap_ == nullptr) return HeaderError(name_, input_, reason);
  FILE* const owned_by_pcap = input_.file.release();
  WIREGAUGE_CHECK(owned_by_pcap == pcap_file(pcap_.get()));
  // A pcapng section has version 1, a pcap file 2.
  is_pcapng_ = pcap_major_version(pcap_.get()) == 1;

  const auto link_type = LinkTypeOfDlt(pcap_datalink(pcap_.get()));
  if (!link_type.ok()) {
    return Error{link_type.error().code, name_ + ": " + link_type.error().message};
  }
  link_type_ = link_type.value();
  return StartFilter();
}

Status PcapFileSource::StartFilter() {
  if (filter_text_.empty()) return {};
  auto filter = BpfFilter::Compile(pcap_.get(), filter_text_);
  if (!filter.ok()) return filter.error();
  filter_ = std::move(*filter);
  return {};
}

size_t PcapFileSource::Poll(PacketHandler& handler, size_t max_packets,
                            Duration /*wait*/) noexcept {
  if (state_ != SourceState::kOpen || max_packets == 0 || input_.disk->interrupted()) return 0;
  if (pcap_ == nullptr) {
    const Status status = ReadHeader();
    if (input_.disk->interrupted()) return 0;
    if (!status.ok()) {
      state_ = SourceState::kFailed;
      problem_ = status.error().message;
      return 0;
    }
  }
  Delivery delivery{.source = *this, .handler = handler};
  const int status =
      pcap_dispatch(pcap_.get(), static_cast<int>(std::min<size_t>(max_packets, INT_MAX)),
                    OnPcapPacket, reinterpret_cast<u_char*>(&delivery));
  if (input_.disk->interrupted()) return delivery.delivered;
  if (status == 0) {
    state_ = SourceState::kEnded;
  } else if (status < 0) {
    Stop();
  }
  return delivery.delivered;
}

void PcapFileSource::OnPcapPacket(u_char* user, const pcap_pkthdr* header,
                                  const u_char* bytes) noexcept {
  auto& delivery = *reinterpret_cast<Delivery*>(user);
  PcapFileSource& source = delivery.source;
  ++source.packets_read_;
  // Filtered here and not by pcap_setfilter, so that a packet's number is its place in the file.
  if (source.filter_ != nullptr && !source.filter_->Matches(*header, bytes)) return;
  int64_t seconds = header->ts.tv_sec;
  // libpcap reads the unsigned seconds of a pcap file as signed ones: undo it, for 2038 to 2106.
  if (seconds < 0 && !source.is_pcapng_) seconds = static_cast<uint32_t>(seconds);
  delivery.handler.OnPacket({.time = ToTimestamp(seconds, header->ts.tv_usec),
                             .captured = {bytes, header->caplen},
                             // Some writers leave the original length smaller than the stored one.
                             .wire_bytes = std::max(header->len, header->caplen),
                             .number = source.packets_read_,
                             .link_type = *source.link_type_});
  ++delivery.delivered;
}

void PcapFileSource::Stop() {
  const auto& stream_problem = input_.stream->problem();
  FILE* const file = pcap_file(pcap_.get());
  const bool cut = stream_problem ? stream_problem->cut : feof(file) != 0;
  const std::string where = packets_read_ == 0 ? "before the first packet"
                                               : "after packet " + std::to_string(packets_read_);
  state_ = cut ? SourceState::kCut : SourceState::kFailed;
  problem_ = name_ + ": " + (cut ? "cut " : "cannot be read any further ") + where + " (" +
             (stream_problem ? stream_problem->reason : pcap_geterr(pcap_.get())) + ")";
}

}  // namespace

bool IsPipe(const std::string& path) {
  struct stat info {};
  const int found = path == "-" ? fstat(STDIN_FILENO, &info) : stat(path.c_str(), &info);
  return found == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

Result<std::unique_ptr<FileSource>> OpenFile(const FileOptions& options) {
  return PcapFileSource::Open(options);
}

}  // namespace wiregauge::capture
