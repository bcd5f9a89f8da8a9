#include <openssl/evp.h>

#include <cstdint>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/transform/engine/families/crypto/operations.h"
#include "services/transform/engine/support/digests.h"

namespace triad::transform {
namespace {

constexpr std::int64_t kMaxIterations = 1'000'000;
constexpr std::int64_t kMaxLength = 256;
// Each iteration hashes twice, for each block of the key: about a second of a core.
constexpr std::int64_t kMaxWork = 1'000'000;

absl::Status RunPbkdf2(absl::string_view input, const Arguments& arguments, Output& output) {
  const EVP_MD* digest = FindDigest(arguments.Text("algorithm"));
  std::int64_t iterations = arguments.Integer("iterations");
  std::int64_t length = arguments.Integer("length");
  std::int64_t hash = EVP_MD_get_size(digest);
  std::int64_t blocks = (length + hash - 1) / hash;
  if (iterations * blocks > kMaxWork) {
    return BadArgument("iterations",
                       absl::StrCat("must be at most ", kMaxWork / blocks, " for that length"));
  }
  const std::string& salt = arguments.Text("salt");
  std::string key(static_cast<std::size_t>(length), '\0');
  bool derived = false;
  TRIAD_RETURN_IF_ERROR(output.Apart([&] {
    derived = PKCS5_PBKDF2_HMAC(input.data(), static_cast<int>(input.size()),
                                reinterpret_cast<const unsigned char*>(salt.data()),
                                static_cast<int>(salt.size()), static_cast<int>(iterations), digest,
                                static_cast<int>(length),
                                reinterpret_cast<unsigned char*>(key.data())) == 1;
  }));
  if (!derived) return absl::InternalError("OpenSSL cannot derive a key");
  output.Append(absl::BytesToHexString(key));
  return output.status();
}

}  // namespace

Operation Pbkdf2() {
  return {.id = "pbkdf2",
          .name = "PBKDF2",
          .aliases = {"Derive PBKDF2 key"},
          .summary =
              "Derives a key from the password that the input is (RFC 8018), in hexadecimal "
              "digits.",
          .gives = Data::kText,
          .cost = Cost::kHeavy,
          .parameters =
              {{.name = "salt", .summary = "The salt.", .kind = Kind::kBytes, .required = true},
               {.name = "iterations",
                .summary = "How often it hashes; fewer for a key of several hashes.",
                .kind = Kind::kInteger,
                .default_value = "600000",
                .min = 1,
                .max = kMaxIterations},
               {.name = "length",
                .summary = "Of the key.",
                .kind = Kind::kInteger,
                .default_value = "32",
                .min = 1,
                .max = kMaxLength,
                .unit = "bytes"},
               DigestParameter(DigestsOf::kHmac)},
          .examples = {{"password", "pbkdf2(salt=salt, iterations=1, length=20, algorithm=sha1)",
                        "0c60c80f961f0e71f3a9b524af6012062fe037a6"}},
          .run = RunPbkdf2};
}

}  // namespace triad::transform
