# Writes <GEN>/<DIRECTORY>/migrations.h and .cc, in namespace triad::<NAME>, from the SQL files in
# FILES (joined by "|").
string(REPLACE "|" ";" FILES "${FILES}")
set(rows "")
foreach(file IN LISTS FILES)
  get_filename_component(stem ${file} NAME_WE)
  if(NOT stem MATCHES "^([0-9][0-9][0-9][0-9])_([a-z0-9_]+)$")
    message(FATAL_ERROR "${file}: a migration is named NNNN_words.sql")
  endif()
  set(words ${CMAKE_MATCH_2})
  string(REGEX REPLACE "^0+" "" number ${CMAKE_MATCH_1})
  file(READ ${file} sql)
  string(APPEND rows "    {${number}, \"${words}\", R\"sql(${sql})sql\"},\n")
endforeach()
file(WRITE ${GEN}/${DIRECTORY}/migrations.h "#pragma once

#include \"absl/types/span.h\"
#include \"runtime/database/open.h\"

namespace triad::${NAME} {

absl::Span<const db::Migration> Migrations();

}  // namespace triad::${NAME}
")
file(WRITE ${GEN}/${DIRECTORY}/migrations.cc "#include \"${DIRECTORY}/migrations.h\"

namespace triad::${NAME} {
namespace {

constexpr db::Migration kMigrations[] = {
${rows}};

}  // namespace

absl::Span<const db::Migration> Migrations() { return kMigrations; }

}  // namespace triad::${NAME}
")
