// The least that storing content takes: what storage computes of it, and its files, by one thread.
//   triad_bench_write_bound DIRECTORY BYTES
// A SHA-256 of each piece and one of the whole, a CRC32C of each block; a file for each piece,
// written and synced. Prints what it took; the files are gone after that.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "runtime/base/elapsed.h"
#include "runtime/base/random.h"
#include "runtime/base/sha256.h"
#include "runtime/io/file_system.h"
#include "services/storage/checksums/crc.h"
#include "services/storage/model/content.h"
#include "tests/bench/native/result.h"

namespace triad::bench {
namespace {

using storage::kBlockBytes;
using storage::kCutBytes;

void Check(const absl::Status& status) {
  if (!status.ok()) Fail(std::string(status.message()));
}

class Bound {
 public:
  explicit Bound(std::string directory) : directory_(std::move(directory)) {}

  ~Bound() {
    for (const std::string& path : paths_) Check(files_.Remove(path));
  }

  void Write(absl::string_view content) {
    while (!content.empty()) {
      absl::string_view piece = content.substr(0, kCutBytes);
      content.remove_prefix(piece.size());
      WritePiece(piece);
    }
    whole_.Finish();
  }

 private:
  void WritePiece(absl::string_view content) {
    paths_.push_back(absl::StrCat(directory_, "/bound-", paths_.size()));
    auto file = files_.Create(paths_.back());
    Check(file.status());
    Sha256Hasher piece;
    while (!content.empty()) {
      absl::string_view block = content.substr(0, kBlockBytes);
      content.remove_prefix(block.size());
      piece.Update(block);
      whole_.Update(block);
      if (storage::Crc32c::Of(block) == storage::Crc32c()) ++zeros_;
      Check((*file)->Append(block));
    }
    piece.Finish();
    Check((*file)->Sync());
  }

  const std::string directory_;
  FileSystem& files_ = FileSystem::Posix();
  Sha256Hasher whole_;
  std::int64_t zeros_ = 0;  // counted so that no compiler leaves the CRC out
  std::vector<std::string> paths_;
};

void Run(const std::vector<std::string>& words) {
  std::int64_t bytes = 0;
  if (words.size() != 2 || !absl::SimpleAtoi(words[1], &bytes) || bytes < 1) {
    Fail("usage: triad_bench_write_bound DIRECTORY BYTES");
  }
  Bound bound(words[0]);
  // All of it, as storage has each byte from elsewhere, too, and not from the cache.
  std::string content = Random::System().Bytes(static_cast<std::size_t>(bytes));
  absl::Duration before = ProcessorTime();
  Stopwatch run;
  bound.Write(content);
  absl::Duration took = run.elapsed();
  Print({{took}, took, ProcessorTime() - before});
}

}  // namespace
}  // namespace triad::bench

int main(int argc, char** argv) { triad::bench::Run({argv + 1, argv + argc}); }
