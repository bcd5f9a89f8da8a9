#include <openssl/evp.h>

#include <array>
#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/transform/engine/families/crypto/operations.h"

namespace triad::transform {
namespace {

constexpr std::size_t kBlockBytes = 16;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kMaxGcmIvBytes = 128;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// One direction of AES. Runs on the whole: of GCM nothing may be given before its tag is checked.
class Cipher {
 public:
  Cipher(const Arguments& arguments, bool encrypt)
      : mode_(arguments.Text("mode")),
        key_(arguments.Text("key")),
        iv_(arguments.Text("iv")),
        aad_(arguments.Text("aad")),
        padded_(arguments.Text("padding") == "pkcs7"),
        encrypt_(encrypt) {}

  absl::Status Run(absl::string_view input, Output& output) {
    absl::Status arguments = CheckArguments();
    if (!arguments.ok()) return arguments;
    absl::string_view tag;
    if (gcm() && !encrypt_) {
      if (input.size() < kTagBytes) return BadInput("is shorter than the tag at its end");
      tag = input.substr(input.size() - kTagBytes);
      input.remove_suffix(kTagBytes);
    }
    bool blocks = mode_ == "cbc" || mode_ == "ecb";
    if (blocks && (!encrypt_ || !padded_) && input.size() % kBlockBytes != 0) {
      return BadInput("must be whole blocks of 16 bytes");
    }
    if (!Begin()) return absl::InternalError("OpenSSL cannot begin the cipher");
    return Work(input, tag, output);
  }

 private:
  bool gcm() const { return mode_ == "gcm"; }

  absl::Status CheckArguments() const {
    if (key_.size() != 16 && key_.size() != 24 && key_.size() != 32) {
      return BadArgument("key", "must be 16, 24 or 32 bytes");
    }
    if (gcm() ? iv_.empty() || iv_.size() > kMaxGcmIvBytes
              : iv_.size() != (mode_ == "ecb" ? 0 : kBlockBytes)) {
      return BadArgument("iv", "must be 16 bytes, 1 to 128 in mode gcm, and none in mode ecb");
    }
    if (!aad_.empty() && !gcm()) return BadArgument("aad", "is for mode gcm");
    return absl::OkStatus();
  }

  bool Begin() {
    std::string name = absl::StrCat("AES-", key_.size() * 8, "-", absl::AsciiStrToUpper(mode_));
    std::unique_ptr<EVP_CIPHER, void (*)(EVP_CIPHER*)> cipher(
        EVP_CIPHER_fetch(nullptr, name.c_str(), nullptr), EVP_CIPHER_free);
    EVP_CIPHER_CTX* context = context_.get();
    int encrypt = encrypt_ ? 1 : 0;
    if (cipher == nullptr ||
        EVP_CipherInit_ex2(context, cipher.get(), nullptr, nullptr, encrypt, nullptr) != 1) {
      return false;
    }
    if (gcm() && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(iv_.size()),
                                     nullptr) != 1) {
      return false;
    }
    EVP_CIPHER_CTX_set_padding(context, padded_ ? 1 : 0);
    int ignored = 0;
    return EVP_CipherInit_ex2(context, nullptr, Bytes(key_), Bytes(iv_), encrypt, nullptr) == 1 &&
           (aad_.empty() || EVP_CipherUpdate(context, nullptr, &ignored, Bytes(aad_),
                                             static_cast<int>(aad_.size())) == 1);
  }

  absl::Status Work(absl::string_view input, absl::string_view tag, Output& output) {
    std::string result;
    result.reserve(input.size() + kBlockBytes);
    std::array<unsigned char, kMaxPieceBytes + kBlockBytes> buffer;
    int written = 0;
    for (std::size_t at = 0; at < input.size() && output.Going(at); at += kMaxPieceBytes) {
      absl::string_view piece = input.substr(at, kMaxPieceBytes);
      EVP_CipherUpdate(context_.get(), buffer.data(), &written, Bytes(piece),
                       static_cast<int>(piece.size()));
      result.append(reinterpret_cast<char*>(buffer.data()), static_cast<std::size_t>(written));
    }
    if (!tag.empty()) {
      EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes,
                          const_cast<char*>(tag.data()));
    }
    if (EVP_CipherFinal_ex(context_.get(), buffer.data(), &written) != 1) {
      return BadInput(gcm() ? "does not fit its tag: it was changed, or key, iv or aad are others"
                            : "has wrong padding: it was changed, or key or iv are others");
    }
    result.append(reinterpret_cast<char*>(buffer.data()), static_cast<std::size_t>(written));
    if (gcm() && encrypt_) {
      EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, buffer.data());
      result.append(reinterpret_cast<char*>(buffer.data()), kTagBytes);
    }
    output.Append(result);
    return output.status();
  }

  const std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context_{EVP_CIPHER_CTX_new()};
  const std::string& mode_;
  const std::string& key_;
  const std::string& iv_;
  const std::string& aad_;
  const bool padded_;
  const bool encrypt_;
};

template <bool kEncrypt>
absl::Status RunAes(absl::string_view input, const Arguments& arguments, Output& output) {
  return Cipher(arguments, kEncrypt).Run(input, output);
}

std::vector<Parameter> Parameters() {
  return {{.name = "key",
           .summary = "The key, of 16, 24 or 32 bytes.",
           .kind = Kind::kSecret,
           .required = true},
          {.name = "mode",
           .summary = "How blocks are chained; gcm has a tag of 16 bytes at its end.",
           .kind = Kind::kChoice,
           .default_value = "cbc",
           .choices = {"cbc", "cfb", "ctr", "ecb", "gcm", "ofb"}},
          {.name = "iv",
           .summary = "The initial vector: 16 bytes, of gcm 1 to 128 and best 12, of ecb none.",
           .kind = Kind::kBytes},
          {.name = "aad", .summary = "What gcm protects besides.", .kind = Kind::kBytes},
          {.name = "padding",
           .summary = "How cbc and ecb fill the last block.",
           .kind = Kind::kChoice,
           .default_value = "pkcs7",
           .choices = {"pkcs7", "none"}}};
}

constexpr char kExampleArguments[] =
    "(key=hex:2b7e151628aed2a6abf7158809cf4f3c, mode=ctr, "
    "iv=hex:f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff)";

}  // namespace

Operation AesEncrypt() {
  return {.id = "aes-encrypt",
          .name = "AES encrypt",
          .aliases = {"AES Encrypt"},
          .summary = "Encrypts with AES (FIPS 197, SP 800-38A and D).",
          .parameters = Parameters(),
          .inverse = "aes-decrypt",
          .examples = {{"Triad", absl::StrCat("aes-encrypt", kExampleArguments, " | to-hex"),
                        "b8feb612fc"}},
          .scratch = 1,
          .run = RunAes<true>};
}

Operation AesDecrypt() {
  return {.id = "aes-decrypt",
          .name = "AES decrypt",
          .aliases = {"AES Decrypt"},
          .summary =
              "Decrypts AES (FIPS 197, SP 800-38A and D); gives nothing of a gcm message "
              "that was changed.",
          .parameters = Parameters(),
          .inverse = "aes-encrypt",
          .examples = {{"b8feb612fc", absl::StrCat("from-hex | aes-decrypt", kExampleArguments),
                        "Triad"}},
          .scratch = 1,
          .run = RunAes<false>};
}

}  // namespace triad::transform
