// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/interrupt.h"
#include "base/result.h"

// Private to this room: a capture file's bytes, decompressed, read once from front to back.
namespace wiregauge::capture {

// Why a stream stopped before its proper end.
struct StreamProblem {
  bool cut = false;  // the bytes ended too early; otherwise they are damaged or cannot be read
  std::string reason;
};

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // Fills the front of `buffer`, which is not empty, and returns how much. 0: the end, or
  // problem(). All bytes in front of a problem are delivered first.
  virtual size_t Read(std::span<uint8_t> buffer) noexcept = 0;

  const std::optional<StreamProblem>& problem() const noexcept { return problem_; }

 protected:
  // Returns 0, for `return Fail(...)` in Read.
  size_t Fail(StreamProblem problem) {
    problem_ = std::move(problem);
    return 0;
  }

 private:
  std::optional<StreamProblem> problem_;
};

// How to wait for bytes that another program has yet to write.
struct PipeWaiting {
  const Interrupt* interrupt = nullptr;  // ends the waiting, when not null; outlives the stream
  std::function<void()> before_wait;     // called before each wait, when not empty
};

// The bytes as they lie on disk, or come out of a pipe.
class FdStream final : public ByteStream {
 public:
  // "-" is standard input. Errors: see OpenFile.
  static Result<std::unique_ptr<FdStream>> Open(const std::string& path, PipeWaiting waiting);

  ~FdStream() override;
  FdStream(const FdStream&) = delete;
  FdStream& operator=(const FdStream&) = delete;

  size_t Read(std::span<uint8_t> buffer) noexcept override;

  // The first up to `count` bytes, which stay to be read. Called before the first Read. Fewer: the
  // stream has no more, or problem().
  std::span<const uint8_t> Peek(size_t count) noexcept;

  uint64_t position_bytes() const noexcept { return position_bytes_; }
  uint64_t size_bytes() const noexcept { return size_bytes_; }  // 0 when it is not a plain file
  bool is_pipe() const noexcept { return is_pipe_; }            // reading it may wait
  bool interrupted() const noexcept {
    return waiting_.interrupt != nullptr && waiting_.interrupt->raised();
  }

 private:
  FdStream(int fd, PipeWaiting waiting) : fd_(fd), waiting_(std::move(waiting)) {}
  // A named pipe: waits a moment for a program that writes to it.
  Status WaitForWriter(const std::string& path);
  size_t ReadFd(std::span<uint8_t> buffer) noexcept;
  // Until there is something to read. False: interrupted.
  bool WaitReadable() noexcept;

  int fd_;
  PipeWaiting waiting_;
  bool is_pipe_ = false;
  uint64_t size_bytes_ = 0;
  uint64_t position_bytes_ = 0;  // of what Read returned
  std::vector<uint8_t> peeked_;
  size_t peeked_taken_ = 0;
};

// What another stream's bytes decompress to. Several gzip members or zstd frames in a row are one
// stream. `compressed` outlives the result.
std::unique_ptr<ByteStream> NewGzipStream(ByteStream& compressed);
std::unique_ptr<ByteStream> NewZstdStream(ByteStream& compressed);

}  // namespace wiregauge::capture
