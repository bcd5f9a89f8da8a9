# cmake -DARCHIVE=libicudata.a -DOUTPUT=icu_data.o -DAR=ar -DOBJCOPY=objcopy -DICUPKG=icupkg
#       -DGENCCODE=genccode -P ShrinkIcuData.cmake
# Writes an object with those of ICU's data that Triad asks for, in place of Debian's, which are
# those of every language: character sets, normalization, and where characters and words end.
# Letters and their properties are in ICU's code.
set(kept "\\.cnv$|^cnvalias\\.icu$|\\.nrm$|^brkitr/")

get_filename_component(small ${OUTPUT} DIRECTORY)
get_filename_component(symbols ${OUTPUT} NAME_WE)
set(whole ${small}/whole)
file(MAKE_DIRECTORY ${whole})

macro(run)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${whole} COMMAND_ERROR_IS_FATAL ANY
                  OUTPUT_VARIABLE printed OUTPUT_STRIP_TRAILING_WHITESPACE)
endmacro()

# One object, icudt72l_dat.o: its symbol is icudt72_dat, its section the package icudt72l.dat. The
# name says that it is for little endians, and icupkg wants the package to keep it.
run(${AR} t ${ARCHIVE})
set(object ${printed})
string(REPLACE "_dat.o" ".dat" package ${object})
string(REPLACE "l_dat.o" "" entry ${object})
run(${AR} x ${ARCHIVE})
run(${OBJCOPY} -O binary -j .rodata ${object} ${package})

run(${ICUPKG} -l -o items.txt ${package})
file(STRINGS ${whole}/items.txt items)
list(FILTER items EXCLUDE REGEX "${kept}")
list(JOIN items "\n" dropped)
file(WRITE ${whole}/dropped.txt "${dropped}\n")
run(${ICUPKG} -r dropped.txt ${package} ${small}/${package})
run(${GENCCODE} -o -m ${object} -e ${entry} -f ${symbols} -d ${small} ${small}/${package})
