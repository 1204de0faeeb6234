"""What is asked of every table."""

from .class_balance import ClassBalance
from .computed_target import ComputedTarget
from .conflicting_labels import ConflictingLabels
from .constant_columns import ConstantColumns
from .data_check import DataCheck
from .domain_classifier import DomainClassifier
from .drift import Drift
from .duplicate_columns import DuplicateColumns
from .duplicate_rows import DuplicateRows
from .feature_scale import FeatureScale
from .identifier_columns import IdentifierColumns
from .label_errors import LabelErrors
from .label_noise import LabelNoise
from .missing_values import MissingValues
from .missing_zeros import MissingZeros
from .outliers import Outliers
from .parameter_count import ParameterCount
from .repeated_subjects import RepeatedSubjects
from .row_order import RowOrder
from .sentinel_values import SentinelValues
from .series_split import SeriesSplit
from .shared_rows import SharedRows
from .target_leak import TargetLeak
from .target_scale import TargetScale
from .telling_gaps import TellingGaps

__all__ = ["DATA_CHECKS", "DataCheck"]

DATA_CHECKS: tuple[DataCheck, ...] = (
    MissingValues(),
    ConstantColumns(),
    DuplicateColumns(),
    FeatureScale(),
    Outliers(),
    SentinelValues(),
    DuplicateRows(),
    SharedRows(),
    ConflictingLabels(),
    RowOrder(),
    ClassBalance(),
    TargetScale(),
    Drift(),
    DomainClassifier(),
    TargetLeak(),
    LabelErrors(),
    ParameterCount(),
    LabelNoise(),
    IdentifierColumns(),
    MissingZeros(),
    ComputedTarget(),
    SeriesSplit(),
    TellingGaps(),
    RepeatedSubjects(),
)
