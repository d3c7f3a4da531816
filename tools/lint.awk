# The rules for single lines and files, one pass over all of them; called by lint.sh.  Prints "file:line: what is wrong".
# POSIX awk: the first layer whose folder holds a file says what that file may include.

function layer(folder, allowed, reason) {
    layers++
    layer_folder[layers] = folder
    layer_allowed[layers] = allowed
    layer_reason[layers] = reason
}

BEGIN {
    standard = "<[a-z_0-9]+(\\.h)?>"
    freestanding = "<std(int|def)\\.h>"

    layer("sw_stubs/port/host/", ".", "")
    layer("sw_stubs/", freestanding "|\"(sw_stubs|boards|smmuv3/arch)/", \
          "freestanding: <stdint.h>, <stddef.h>, sw_stubs, boards and smmuv3/arch only")
    layer("boards/", freestanding "|\"(boards|smmuv3/arch)/", \
          "freestanding: <stdint.h>, <stddef.h>, boards and smmuv3/arch only")
    layer("models/smmuv3/arch/", freestanding "|\"smmuv3/arch/", "<stdint.h>, <stddef.h> and smmuv3/arch only")
    layer("models/smmuv3/core/", standard "|\"smmuv3/(arch|core)/", \
          "smmuv3/arch, smmuv3/core and the standard library only")
    layer("tlm_sockets/", "<|\"(tlm_sockets|smmuv3/arch)/", "tlm_sockets and smmuv3/arch only")
    layer("models/smmuv3/", "<|\"(tlm_sockets|smmuv3)/", "the component includes smmuv3 and tlm_sockets only")

    simulator = "<(systemc|sysc/|tlm)"
    no_simulator = "^(models/smmuv3/(arch|core)|boards|sw_stubs)/"
    unwanted = "(^|[^A-Za-z0-9_])(TO" "DO|FIX" "ME)([^A-Za-z0-9_]|$)"
    machine = "(^|[^A-Za-z0-9_./}])(/wo" "rk/|/t" "mp/b-)"
}

function wrong(line, text) { printf "%s:%d: %s\n", FILENAME, line, text }

function check_length(file, lines) {
    if (lines > 500) printf "%s:%d: longer than 500 lines\n", file, lines
    else if (lines > 300) printf "note: %s has %d lines\n", file, lines
}

function check_include(target, i) {  # i is local
    if (FILENAME ~ no_simulator && target ~ "^" simulator)
        return wrong(FNR, "includes " target ": no SystemC and no TLM here")
    if (FILENAME ~ /^(models|tlm_sockets|boards|sw_stubs)\// && target ~ /^"(platform|tests)\//)
        return wrong(FNR, "includes " target ": platform and tests come last")
    for (i = 1; i <= layers; i++) {
        if (index(FILENAME, layer_folder[i]) != 1) continue
        if (target !~ "^(" layer_allowed[i] ")") wrong(FNR, "includes " target ": " layer_reason[i])
        return
    }
}

function end_of_file() {
    if (cpp && header && !once) printf "%s:1: header without #pragma once\n", previous
    if (code) check_length(previous, lines)
}

FNR == 1 {
    if (previous != "") end_of_file()
    previous = FILENAME
    header = FILENAME ~ /\.h$/
    cpp = header || FILENAME ~ /\.cpp$/
    script = FILENAME ~ /\.(sh|py|cmake|awk)$/ || FILENAME ~ /(CMakeLists\.txt|\.ci\/run)$/
    code = cpp || script || FILENAME ~ /\.(S|ld)$/
    once = 0
    comment = cpp || FILENAME ~ /\.S$/ ? "^(//|/\\*)" : FILENAME ~ /\.ld$/ ? "^/\\*" : "^#"
    needs_comment = code && FILENAME !~ /CMakeLists\.txt$/
    comment_line = $0 ~ /^#!/ ? 2 : 1
}

{ lines = FNR }
needs_comment && FNR == comment_line && $0 !~ comment { wrong(FNR, "the first line must be a comment that says what the file is for") }
/[ \t]$/                   { wrong(FNR, "white space at the end of the line") }
/\t/ && code               { wrong(FNR, "tabulator") }
$0 ~ unwanted              { wrong(FNR, "unfinished: do it or leave it out") }
$0 ~ machine               { wrong(FNR, "names a path of one machine") }
cpp && /^#pragma once$/    { once = 1 }
cpp && /^ *# *define/ && FILENAME !~ /^tests\// { wrong(FNR, "a macro") }
cpp && /^ *# *include/ {
    target = $0
    sub(/^ *# *include */, "", target)
    check_include(target)
}
END { if (previous != "") end_of_file() }
