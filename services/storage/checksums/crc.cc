#include "services/storage/checksums/crc.h"

#include <isa-l/crc.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace triad::storage {
namespace {

// The length of crc32_iscsi is an int.
constexpr std::size_t kMaxIscsiBytes = std::size_t{1} << 30;

constexpr std::size_t kSlices = 8;

// Slicing by 8: the CRC of a byte that 0 to 7 others follow, so that eight bytes are looked
// up at once instead of one after the other.
using Slices = std::array<std::array<std::uint64_t, 256>, kSlices>;

constexpr Slices kSlicesOfNvme = [] {
  Slices slices = {};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    std::uint64_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc::TimesX(crc, Nvme::kPolynomial);
    slices[0][byte] = crc;
  }
  for (std::size_t slice = 1; slice < kSlices; ++slice) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      std::uint64_t crc = slices[slice - 1][byte];
      slices[slice][byte] = (crc >> 8) ^ slices[0][crc & 0xFF];
    }
  }
  return slices;
}();

// The next eight bytes go into a CRC as a number, which begins with the lowest byte.
static_assert(std::endian::native == std::endian::little);

std::uint64_t TakeWord(absl::string_view& bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data(), sizeof(word));
  bytes.remove_prefix(sizeof(word));
  return word;
}

const unsigned char* Unsigned(absl::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

IsoHdlc::Word IsoHdlc::Extend(Word crc, absl::string_view bytes) {
  // Flips the bits itself, at both ends.
  return bytes.empty() ? crc : crc32_gzip_refl(crc, Unsigned(bytes), bytes.size());
}

Castagnoli::Word Castagnoli::Extend(Word crc, absl::string_view bytes) {
  while (!bytes.empty()) {
    absl::string_view piece = bytes.substr(0, kMaxIscsiBytes);
    // Flips nothing, and reads what its signature would let it write.
    crc = ~crc32_iscsi(const_cast<unsigned char*>(Unsigned(piece)), static_cast<int>(piece.size()),
                       ~crc);
    bytes.remove_prefix(piece.size());
  }
  return crc;
}

Nvme::Word Nvme::Extend(Word crc, absl::string_view bytes) {
  crc = ~crc;
  while (bytes.size() >= kSlices) {
    crc ^= TakeWord(bytes);
    std::uint64_t next = 0;
    for (std::size_t i = 0; i < kSlices; ++i) {
      next ^= kSlicesOfNvme[kSlices - 1 - i][(crc >> (8 * i)) & 0xFF];
    }
    crc = next;
  }
  for (char byte : bytes) {
    crc = (crc >> 8) ^ kSlicesOfNvme[0][(crc ^ static_cast<unsigned char>(byte)) & 0xFF];
  }
  return ~crc;
}

}  // namespace triad::storage
