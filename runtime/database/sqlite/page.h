// Pages of a database file, as the format says: https://www.sqlite.org/fileformat2.html.
#pragma once

#include <cstddef>

namespace triad::db::sqlite {

// Overwrites what a page of a b-tree has between its cell pointers and its cells, where
// nothing is kept. `size` is that of the page, `number` its place in the file, from 1. A page of
// another kind stays as it is.
//
// secure_delete overwrites what is deleted, but not what is left there of cells that SQLite
// (3.40) has moved to other pages.
void OverwriteGap(char* page, std::size_t size, std::size_t number);

}  // namespace triad::db::sqlite
