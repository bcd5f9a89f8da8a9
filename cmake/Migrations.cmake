# triad_migrations(NAME FILES migrations/NNNN_words.sql...)
# Library triad_<name>_migrations with a header migrations.h, included by the path of the directory
# that calls this ("services/config/migrations.h"), which declares
#   namespace triad::<name> { absl::Span<const db::Migration> Migrations(); }
# Files are listed in order; number and name of a step come from the file's name.
function(triad_migrations name)
  cmake_parse_arguments(ARG "" "" "FILES" ${ARGN})
  file(RELATIVE_PATH directory ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  set(gen ${CMAKE_BINARY_DIR}/gen)
  set(products ${gen}/${directory}/migrations.cc ${gen}/${directory}/migrations.h)
  list(TRANSFORM ARG_FILES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE paths)
  list(JOIN paths "|" joined)
  add_custom_command(
    OUTPUT ${products}
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DFILES=${joined} -DGEN=${gen} -DDIRECTORY=${directory}
            -P ${CMAKE_SOURCE_DIR}/cmake/EmbedMigrations.cmake
    DEPENDS ${paths} ${CMAKE_SOURCE_DIR}/cmake/EmbedMigrations.cmake
    COMMENT "migrations of ${name}" VERBATIM)
  triad_library(triad_${name}_migrations SOURCES ${products} DEPS triad_database absl::span)
  target_include_directories(triad_${name}_migrations PUBLIC ${gen})
endfunction()
