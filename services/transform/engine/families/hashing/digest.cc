#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "services/transform/engine/families/hashing/operations.h"
#include "services/transform/engine/support/digests.h"

namespace triad::transform {
namespace {

constexpr std::int64_t kMaxLength = 1024;

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

class DigestStage final : public Stage {
 public:
  // `length` is of a function that has none of its own, else 0.
  static absl::StatusOr<std::unique_ptr<Stage>> Make(const Arguments& arguments, Output&) {
    const EVP_MD* algorithm = FindDigest(arguments.Text("algorithm"));
    auto length = static_cast<std::size_t>(arguments.Integer("length"));
    bool open = (EVP_MD_get_flags(algorithm) & EVP_MD_FLAG_XOF) != 0;
    auto own = static_cast<std::size_t>(EVP_MD_get_size(algorithm));
    if (!open && length != 0 && length != own) {
      return BadArgument("length", "is for shake128 and shake256: others have one length");
    }
    std::unique_ptr<DigestStage> stage(new DigestStage(open, length == 0 ? own : length));
    if (EVP_DigestInit_ex(stage->context_.get(), algorithm, nullptr) != 1) {
      return absl::InternalError("OpenSSL cannot begin a digest");
    }
    return stage;
  }

  absl::Status Take(absl::string_view piece, Output&) override {
    return Checked(EVP_DigestUpdate(context_.get(), piece.data(), piece.size()));
  }

  absl::Status Finish(Output& output) override {
    std::string bytes(length_, '\0');
    auto* to = reinterpret_cast<unsigned char*>(bytes.data());
    absl::Status status = Checked(open_ ? EVP_DigestFinalXOF(context_.get(), to, length_)
                                        : EVP_DigestFinal_ex(context_.get(), to, nullptr));
    output.Append(absl::BytesToHexString(bytes));
    return status;
  }

 private:
  DigestStage(bool open, std::size_t length) : open_(open), length_(length) {}

  static absl::Status Checked(int result) {
    return result == 1 ? absl::OkStatus() : absl::InternalError("OpenSSL cannot digest");
  }

  const std::unique_ptr<EVP_MD_CTX, FreeContext> context_{EVP_MD_CTX_new()};
  const bool open_;
  const std::size_t length_;
};

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

class HmacStage final : public Stage {
 public:
  static absl::StatusOr<std::unique_ptr<Stage>> Make(const Arguments& arguments, Output&) {
    const std::string& key = arguments.Text("key");
    std::unique_ptr<HmacStage> stage(new HmacStage());
    stage->key_.reset(EVP_PKEY_new_raw_private_key(
        EVP_PKEY_HMAC, nullptr, reinterpret_cast<const unsigned char*>(key.data()), key.size()));
    if (EVP_DigestSignInit(stage->context_.get(), nullptr, FindDigest(arguments.Text("algorithm")),
                           nullptr, stage->key_.get()) != 1) {
      return absl::InternalError("OpenSSL cannot begin an HMAC");
    }
    return stage;
  }

  absl::Status Take(absl::string_view piece, Output&) override {
    bool done = EVP_DigestSignUpdate(context_.get(), piece.data(), piece.size()) == 1;
    return done ? absl::OkStatus() : absl::InternalError("OpenSSL cannot digest");
  }

  absl::Status Finish(Output& output) override {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
    std::size_t size = bytes.size();
    if (EVP_DigestSignFinal(context_.get(), bytes.data(), &size) != 1) {
      return absl::InternalError("OpenSSL cannot end an HMAC");
    }
    output.Append(absl::BytesToHexString(
        absl::string_view(reinterpret_cast<const char*>(bytes.data()), size)));
    return output.status();
  }

 private:
  HmacStage() = default;

  const std::unique_ptr<EVP_MD_CTX, FreeContext> context_{EVP_MD_CTX_new()};
  std::unique_ptr<EVP_PKEY, FreeKey> key_;
};

}  // namespace

Operation Digest() {
  return {.id = "digest",
          .name = "Digest",
          .aliases = {"hash", "sha256", "SHA2", "SHA3", "MD5", "SHA1", "Shake"},
          .summary =
              "The hash of bytes, in hexadecimal digits; md5 and sha1 are for protocols "
              "that ask for them.",
          .gives = Data::kText,
          .parameters = {DigestParameter(DigestsOf::kHash),
                         {.name = "length",
                          .summary = "Of shake128 and shake256; 0: 16 and 32.",
                          .kind = Kind::kInteger,
                          .default_value = "0",
                          .max = kMaxLength,
                          .unit = "bytes"}},
          .examples = {{"abc", "digest",
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
                       {"abc", "digest(algorithm=md5)", "900150983cd24fb0d6963f7d28e17f72"}},
          .start = DigestStage::Make};
}

Operation Hmac() {
  return {.id = "hmac",
          .name = "HMAC",
          .aliases = {"HMAC"},
          .summary = "The keyed hash of bytes (RFC 2104), in hexadecimal digits.",
          .gives = Data::kText,
          .parameters =
              {{.name = "key", .summary = "The key.", .kind = Kind::kSecret, .required = true},
               DigestParameter(DigestsOf::kHmac)},
          .examples = {{"what do ya want for nothing?", "hmac(key=Jefe)",
                        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"}},
          .start = HmacStage::Make};
}

}  // namespace triad::transform
