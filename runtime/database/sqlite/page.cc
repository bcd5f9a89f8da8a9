#include "runtime/database/sqlite/page.h"

#include <cstring>

namespace triad::db::sqlite {
namespace {

constexpr std::size_t kFileHeader = 100;  // before the header of the first page
constexpr std::size_t kMaxPageSize = 65536;
// Other pages begin with the number of a page: those of files of 128 GiB and more may begin
// with the kind of a b-tree's.
constexpr std::size_t kMaxPages = 0x02000000;

std::size_t Number(const char* bytes) {
  const auto* digits = reinterpret_cast<const unsigned char*>(bytes);
  return std::size_t{digits[0]} << 8 | digits[1];
}

// Of the header of a page of a b-tree, by its kind; 0 for a page of another kind.
std::size_t HeaderSize(char kind) {
  switch (kind) {
    case 2:  // inner, of an index
    case 5:  // inner, of a table
      return 12;
    case 10:  // leaf, of an index
    case 13:  // leaf, of a table
      return 8;
    default:
      return 0;
  }
}

}  // namespace

void OverwriteGap(char* page, std::size_t size, std::size_t number) {
  const char* header = page + (number == 1 ? kFileHeader : 0);
  std::size_t header_size = HeaderSize(*header);
  if (header_size == 0 || number >= kMaxPages) return;
  std::size_t cells = Number(header + 3);
  std::size_t content = Number(header + 5);
  if (content == 0) content = kMaxPageSize;
  std::size_t gap = static_cast<std::size_t>(header - page) + header_size + 2 * cells;
  if (gap < content && content <= size) std::memset(page + gap, 0, content - gap);
}

}  // namespace triad::db::sqlite
