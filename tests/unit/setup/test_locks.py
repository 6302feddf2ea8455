"""What `make lock` lets into a lock file."""

from __future__ import annotations

import pytest

from deploy.setup.errors import SetupError
from deploy.setup.locks import without_build


def test_the_build_of_pytorch_is_left_to_the_machine() -> None:
    lock = "torch==2.13.0+cpu\ntorchmetrics==1.0+x\ntqdm==4.70\n"
    assert without_build(lock) == "torch==2.13.0\ntorchmetrics==1.0+x\ntqdm==4.70\n"


@pytest.mark.parametrize("package", ["nvidia-cublas==13.1", "cuda-bindings==13.5", "triton==3.7"])
def test_a_lock_with_cuda_packages_is_refused(package: str) -> None:
    with pytest.raises(SetupError, match=package.partition("==")[0]):
        without_build(f"torch==2.13.0\n{package}\n")
