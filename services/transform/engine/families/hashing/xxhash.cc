#include <xxhash.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/str_format.h"
#include "services/transform/engine/families/hashing/operations.h"

namespace triad::transform {
namespace {

struct Free32 {
  void operator()(XXH32_state_t* state) const { XXH32_freeState(state); }
};
struct Free64 {
  void operator()(XXH64_state_t* state) const { XXH64_freeState(state); }
};
struct Free3 {
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

// xxHash's functions never fail once there is a state.
class Stage32 final : public Stage {
 public:
  explicit Stage32(std::uint64_t seed) {
    XXH32_reset(state_.get(), static_cast<std::uint32_t>(seed));
  }
  absl::Status Take(absl::string_view piece, Output&) override {
    XXH32_update(state_.get(), piece.data(), piece.size());
    return absl::OkStatus();
  }
  absl::Status Finish(Output& output) override {
    output.Append(absl::StrFormat("%08x", XXH32_digest(state_.get())));
    return output.status();
  }

 private:
  const std::unique_ptr<XXH32_state_t, Free32> state_{XXH32_createState()};
};

class Stage64 final : public Stage {
 public:
  explicit Stage64(std::uint64_t seed) { XXH64_reset(state_.get(), seed); }
  absl::Status Take(absl::string_view piece, Output&) override {
    XXH64_update(state_.get(), piece.data(), piece.size());
    return absl::OkStatus();
  }
  absl::Status Finish(Output& output) override {
    output.Append(absl::StrFormat("%016x", XXH64_digest(state_.get())));
    return output.status();
  }

 private:
  const std::unique_ptr<XXH64_state_t, Free64> state_{XXH64_createState()};
};

class Stage3 final : public Stage {
 public:
  Stage3(bool wide, std::uint64_t seed) : wide_(wide) {
    wide ? XXH3_128bits_reset_withSeed(state_.get(), seed)
         : XXH3_64bits_reset_withSeed(state_.get(), seed);
  }
  absl::Status Take(absl::string_view piece, Output&) override {
    wide_ ? XXH3_128bits_update(state_.get(), piece.data(), piece.size())
          : XXH3_64bits_update(state_.get(), piece.data(), piece.size());
    return absl::OkStatus();
  }
  absl::Status Finish(Output& output) override {
    if (wide_) {
      XXH128_hash_t hash = XXH3_128bits_digest(state_.get());
      output.Append(absl::StrFormat("%016x%016x", hash.high64, hash.low64));
    } else {
      output.Append(absl::StrFormat("%016x", XXH3_64bits_digest(state_.get())));
    }
    return output.status();
  }

 private:
  const bool wide_;
  const std::unique_ptr<XXH3_state_t, Free3> state_{XXH3_createState()};
};

constexpr std::int64_t kMax32 = 0xFFFFFFFF;

absl::StatusOr<std::unique_ptr<Stage>> Start(const Arguments& arguments, Output&) {
  const std::string& algorithm = arguments.Text("algorithm");
  std::int64_t seed = arguments.Integer("seed");
  if (algorithm == "xxh64") return std::make_unique<Stage64>(seed);
  if (algorithm != "xxh32") return std::make_unique<Stage3>(algorithm == "xxh3-128", seed);
  if (seed > kMax32) return BadArgument("seed", "must be at most 4294967295 for xxh32");
  return std::make_unique<Stage32>(seed);
}

}  // namespace

Operation Xxhash() {
  return {.id = "xxhash",
          .name = "xxHash",
          .aliases = {"xxh3", "xxh64"},
          .summary = "A fast hash of bytes that nobody means harm with, in hexadecimal digits.",
          .gives = Data::kText,
          .parameters = {{.name = "algorithm",
                          .summary = "Its kind and bits.",
                          .kind = Kind::kChoice,
                          .default_value = "xxh3-64",
                          .choices = {"xxh3-64", "xxh3-128", "xxh64", "xxh32"}},
                         {.name = "seed",
                          .summary = "Of another function of the kind.",
                          .kind = Kind::kInteger,
                          .default_value = "0"}},
          .examples = {{"abc", "xxhash(algorithm=xxh64)", "44bc2cf5ad770999"}},
          .start = Start};
}

}  // namespace triad::transform
