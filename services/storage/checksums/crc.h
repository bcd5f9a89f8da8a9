// Cyclic redundancy checks: they find what changes bytes by accident, not on purpose.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "services/storage/checksums/crc_math.h"

namespace triad::storage {

// CRCs of blocks of this size are combined fastest.
inline constexpr std::uint64_t kCrcBlockBytes = 64 * 1024;

// The CRC of some bytes; of none, to begin with. What Kind is stands below; each is a type
// of its own, so that no two are mixed up.
template <typename Kind>
class Crc {
 public:
  using Word = typename Kind::Word;

  constexpr Crc() = default;
  constexpr explicit Crc(Word value) : value_(value) {}

  static Crc Of(absl::string_view bytes) {
    Crc crc;
    crc.Extend(bytes);
    return crc;
  }

  // From now on, that of the bytes before and of `bytes`.
  void Extend(absl::string_view bytes) { value_ = Kind::Extend(value_, bytes); }

  // That of the bytes of `first` and, behind them, those of `second`. Takes a time that
  // grows with the logarithm of the length.
  static constexpr Crc Combine(Crc first, Crc second, std::uint64_t length_of_second) {
    Word power = length_of_second == kCrcBlockBytes ? kBlockPower : PowerOf(length_of_second);
    return Crc(crc::Times(power, first.value_, Kind::kPolynomial) ^ second.value_);
  }

  constexpr Word value() const { return value_; }

  // As it is sent: the most significant byte first.
  std::string bytes() const {
    std::string bytes;
    for (std::size_t i = sizeof(Word); i-- > 0;) {
      bytes.push_back(static_cast<char>(value_ >> (8 * i)));
    }
    return bytes;
  }

  friend bool operator==(const Crc&, const Crc&) = default;

 private:
  static constexpr Word PowerOf(std::uint64_t bytes) {
    return crc::PowerOf<Word, Kind::kPolynomial>(bytes);
  }
  static constexpr Word kBlockPower = crc::PowerOf<Word, Kind::kPolynomial>(kCrcBlockBytes);

  Word value_ = 0;
};

// All three are reflected, begin with all bits set and end with all bits flipped. Extend
// takes and gives what they end with.

// CRC-32/ISO-HDLC: that of gzip, PNG and Ethernet.
struct IsoHdlc {
  using Word = std::uint32_t;
  static constexpr Word kPolynomial = 0xEDB88320;
  static Word Extend(Word crc, absl::string_view bytes);
};

// CRC-32/ISCSI (Castagnoli), which processors compute.
struct Castagnoli {
  using Word = std::uint32_t;
  static constexpr Word kPolynomial = 0x82F63B78;
  static Word Extend(Word crc, absl::string_view bytes);
};

// CRC-64/NVME, which S3's clients send.
struct Nvme {
  using Word = std::uint64_t;
  static constexpr Word kPolynomial = 0x9A6C9329AC4BC9B5;
  static Word Extend(Word crc, absl::string_view bytes);
};

using Crc32 = Crc<IsoHdlc>;
using Crc32c = Crc<Castagnoli>;
using Crc64Nvme = Crc<Nvme>;

}  // namespace triad::storage
