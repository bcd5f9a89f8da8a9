// What the content of objects is made of.
//
// A piece is immutable bytes, at most kCutBytes of them, known by their size and SHA-256: the
// same piece is stored once, however many objects have it. A small piece is kept in the
// database, a larger one in the blob store. Content is nothing, one piece, or a list of
// pieces; lists are shared, too, so that a copy is one row, whatever its size.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "services/storage/checksums/crc.h"

namespace triad::storage {

// Content is cut into pieces of this size; the last one may be smaller.
inline constexpr std::int64_t kCutBytes = 16 << 20;
// The unit of checking: nothing of a block leaves before its CRC32C was found right.
inline constexpr std::int64_t kBlockBytes = 64 << 10;

// Numbers that the database gives out, never twice.
enum class PieceId : std::int64_t {};
enum class ListId : std::int64_t {};

struct Piece {
  PieceId id = {};
  std::int64_t size = 0;
  std::string sha256;  // lower-case hex
  // Unset, as `blocks` is, of what was stored before there were any.
  std::optional<Crc32c> crc32c;
  // CRC32C of each block, four bytes each, big-endian. Empty if there is one block at most.
  std::string blocks;
  // The bytes, if the database keeps them.
  std::optional<std::string> bytes;
  // Its name in the blob store, if that keeps them.
  std::string blob;
};

// What a version of an object refers to: one of both, or neither if it is empty.
struct Content {
  std::optional<PieceId> piece;
  std::optional<ListId> list;
  friend bool operator==(const Content&, const Content&) = default;
};

// Part of a list.
struct ListedPiece {
  PieceId piece = {};
  std::int64_t start = 0;  // where in the content it begins
  std::int64_t size = 0;
};

}  // namespace triad::storage
