# cmake -DNPM=npm -DDIRECTORY=dir -P NpmCi.cmake
# npm ci, unless node_modules is already what package-lock.json says; ./dev
# keeps the same stamp. Several build directories share one node_modules: the
# lock keeps them apart.
set(stamp "${DIRECTORY}/node_modules/.triad-lock")
file(MAKE_DIRECTORY "${CMAKE_CURRENT_LIST_DIR}/../.dev")
file(LOCK "${CMAKE_CURRENT_LIST_DIR}/../.dev/npm.lock" GUARD PROCESS TIMEOUT 600)
execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files "${DIRECTORY}/package-lock.json" "${stamp}"
                RESULT_VARIABLE stale OUTPUT_QUIET ERROR_QUIET)
if(stale)
  # Tests drive Debian's Chromium.
  set(ENV{PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD} 1)
  execute_process(COMMAND "${NPM}" ci --no-audit --no-fund --loglevel=error
                  WORKING_DIRECTORY "${DIRECTORY}" RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "npm ci failed in ${DIRECTORY}: its reason stands above")
  endif()
  configure_file("${DIRECTORY}/package-lock.json" "${stamp}" COPYONLY)
elseif("${DIRECTORY}/package-lock.json" IS_NEWER_THAN "${stamp}")
  file(TOUCH "${stamp}")
endif()
