# Node, and packages of npm for tests.

# A target `name`, part of ALL, that installs what package-lock.json in the current folder says.
# Sets NODE and node_directory, where `node` is: npm's own scripts find it by PATH.
macro(triad_npm_ci name)
  find_program(NODE node REQUIRED)
  find_program(NPM npm REQUIRED)
  get_filename_component(node_directory ${NODE} DIRECTORY)
  file(RELATIVE_PATH triad_npm_folder ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  add_custom_command(
    OUTPUT ${CMAKE_CURRENT_SOURCE_DIR}/node_modules/.triad-lock
    COMMAND ${CMAKE_COMMAND} -E env "PATH=${node_directory}:$ENV{PATH}"
            ${CMAKE_COMMAND} -DNPM=${NPM} -DDIRECTORY=${CMAKE_CURRENT_SOURCE_DIR}
            -P ${CMAKE_SOURCE_DIR}/cmake/NpmCi.cmake
    DEPENDS package-lock.json
    COMMENT "npm ci in ${triad_npm_folder}" VERBATIM)
  add_custom_target(${name} ALL DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/node_modules/.triad-lock)
endmacro()
