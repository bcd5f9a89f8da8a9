# cmake -DNPM=npm -DDIRECTORY=dir -P NpmCi.cmake
# npm ci, unless node_modules already is what package-lock.json says. Several
# build directories share one node_modules: the lock keeps them apart.
set(stamp "${DIRECTORY}/node_modules/.triad-lock-sha256")
file(LOCK "${DIRECTORY}/package-lock.json" GUARD PROCESS TIMEOUT 600)
file(SHA256 "${DIRECTORY}/package-lock.json" wanted)
set(installed "")
if(EXISTS "${stamp}")
  file(READ "${stamp}" installed)
endif()
if(NOT installed STREQUAL wanted)
  execute_process(COMMAND "${NPM}" ci --no-audit --no-fund --loglevel=error WORKING_DIRECTORY "${DIRECTORY}"
                  RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "npm ci failed in ${DIRECTORY}: see above")
  endif()
  file(WRITE "${stamp}" "${wanted}")
endif()
