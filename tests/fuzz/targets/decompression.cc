// Content codings, of what clients send. The input is a byte for the coding, one for how much
// may come of it, and what is coded.
#include <algorithm>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "runtime/http/coding/compress.h"
#include "runtime/http/coding/decompress.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

using http::Coding;

constexpr Coding kCodings[] = {Coding::kGzip, Coding::kBrotli, Coding::kZstd};

// What is made here is read as it was, and what is left of it when it was cut is not.
void CheckOwn(Coding coding, absl::string_view bytes) {
  absl::StatusOr<std::string> coded = http::Compress(coding, bytes);
  Require(coded.ok(), "bytes can be compressed", bytes);
  absl::StatusOr<std::string> again = http::Decompress(coding, *coded, bytes.size());
  Require(again.ok(), "what was compressed is read", *coded);
  RequireEqual(*again, bytes, "it is what it was");
  absl::string_view cut = absl::string_view(*coded).substr(0, coded->size() - 1);
  Require(!http::Decompress(coding, cut, bytes.size()).ok(), "what is cut short is none", *coded);
  std::string more = absl::StrCat(*coded, "x");
  Require(!http::Decompress(coding, more, bytes.size()).ok(), "nor is what goes on", *coded);
}

const Registration kTarget("decompression", [](absl::string_view bytes) {
  Input input(bytes);
  Coding coding = kCodings[input.TakeByte() % std::size(kCodings)];
  std::size_t max = std::size_t{256} * input.TakeByte();
  absl::string_view coded = input.rest();
  CheckOwn(coding, coded);
  absl::StatusOr<std::string> plain = http::Decompress(coding, coded, max);
  if (!plain.ok()) {
    bool is_known = absl::IsInvalidArgument(plain.status()) || absl::IsOutOfRange(plain.status());
    return Require(is_known, "it is the sender's", plain.status().message());
  }
  Require(plain->size() <= max, "no more comes of it than may", coded);
  absl::StatusOr<std::string> exact = http::Decompress(coding, coded, plain->size());
  Require(exact.ok(), "as much as comes of it is enough", coded);
  RequireEqual(*exact, *plain, "it is read alike twice");
  if (plain->empty()) return;
  absl::Status less = http::Decompress(coding, coded, plain->size() - 1).status();
  Require(absl::IsOutOfRange(less), "less is too little", coded);
});

}  // namespace
}  // namespace triad::fuzz
