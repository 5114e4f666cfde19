/** Python: parts that both ORMs have, then a whole project for each. */
import { CHOICES, keyOf, plainName } from './domain.mjs';

const SA_TYPES = { text: 'String(200)', longText: 'Text', choice: 'String(20)', decimal: 'Numeric(12, 2)', code: 'String(3)', integer: 'Integer', boolean: 'Boolean', time: 'DateTime(timezone=True)', json: 'JSON', float: 'Float' };
const PY_TYPES = { text: 'str', longText: 'str', choice: 'str', decimal: 'Decimal', code: 'str', integer: 'int', boolean: 'bool', time: 'datetime', json: 'dict', float: 'float' };
const DJANGO_TYPES = { text: 'CharField(max_length=200', longText: 'TextField(', choice: 'CharField(max_length=20', decimal: 'DecimalField(max_digits=12, decimal_places=2', code: 'CharField(max_length=3', integer: 'IntegerField(', boolean: 'BooleanField(default=False', time: 'DateTimeField(', json: 'JSONField(', float: 'FloatField(' };

/** Code of the kind that surrounds every application: functions and a class over plain values. */
export function plainPython(random) {
  const functions = Array.from({ length: 4 + random(5) }, (_, i) => {
    const [verb, noun] = plainName(random);
    const limit = 2 + random(40);
    return `
def ${verb}_${noun}_${i}(values: list[int], limit: int = ${limit}) -> dict[str, int]:
    """Keeps what is below the limit and counts the rest."""
    result: dict[str, int] = {}
    for index, value in enumerate(values):
        if value % ${2 + random(7)} == 0 and index < limit:
            key = f"${noun}-{value // ${1 + random(9)}}"
            result[key] = result.get(key, 0) + value
        elif value > limit * ${2 + random(5)}:
            result["rest"] = result.get("rest", 0) + 1
        else:
            logger.debug("skipped %s of %s", value, len(values))
    return dict(sorted(result.items(), key=lambda item: item[1], reverse=True)[:limit])

`;
  }).join('');
  return `import logging
from dataclasses import dataclass, field

logger = logging.getLogger(__name__)

${functions}
@dataclass
class Window:
    size: int = ${8 + random(50)}
    seen: list[int] = field(default_factory=list)

    def push(self, value: int) -> float:
        self.seen.append(value)
        if len(self.seen) > self.size:
            self.seen.pop(0)
        return sum(self.seen) / len(self.seen)

    def is_full(self) -> bool:
        return len(self.seen) >= self.size
`;
}

export function sqlalchemyProject(entities) {
  const files = {
    'requirements.txt': 'fastapi\nsqlalchemy\npydantic\n',
    'app/__init__.py': '', 'app/models/__init__.py': entities.map((e) => `from app.models.${e.snake} import ${e.model}\n`).join(''),
    'app/db.py': `from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker


class Base(DeclarativeBase):
    pass


engine = create_engine("postgresql+psycopg:///app")
SessionLocal = sessionmaker(engine)


def get_session():
    session: Session = SessionLocal()
    try:
        yield session
    finally:
        session.close()
`,
    'app/main.py': `from fastapi import FastAPI\n\n${entities.map((e) => `from app.routes.${e.snake} import router as ${e.snake}_router\n`).join('')}\napp = FastAPI()\n${entities.map((e) => `app.include_router(${e.snake}_router)\n`).join('')}`,
  };
  return { files, filesOf: sqlalchemyFiles, plain: (n) => `app/lib/part_${n}.py`, plainText: plainPython, touched: (e) => `app/services/${e.snake}.py` };
}

function sqlalchemyFiles(e) {
  const column = (c) => `    ${c.name}: Mapped[${PY_TYPES[c.kind]}${c.isNullable ? ' | None' : ''}] = mapped_column(${SA_TYPES[c.kind]})\n`;
  const key = (p) => `    ${keyOf(p)}: Mapped[int] = mapped_column(ForeignKey("${p.plural}.id"), index=True)\n`;
  const first = e.parents[0];
  return {
    [`app/models/${e.snake}.py`]: `from datetime import datetime
from decimal import Decimal

from sqlalchemy import JSON, Boolean, DateTime, Float, ForeignKey, Integer, Numeric, String, Text, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base


class ${e.model}(Base):
    __tablename__ = "${e.plural}"

    id: Mapped[int] = mapped_column(primary_key=True)
${e.parents.map(key).join('')}${e.columns.map(column).join('')}    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), onupdate=func.now())

${e.parents.map((p) => `    ${p.snake}: Mapped["${p.model}"] = relationship(back_populates="${e.plural}")\n`).join('')}${e.children.map((c) => `    ${c.plural}: Mapped[list["${c.model}"]] = relationship(back_populates="${e.snake}")\n`).join('')}
    def label(self) -> str:
        return f"{self.title} ({self.status})"
`,
    [`app/schemas/${e.snake}.py`]: `from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict


class ${e.model}In(BaseModel):
${[...e.parents.map((p) => `    ${keyOf(p)}: int\n`), ...e.columns.map((c) => `    ${c.name}: ${PY_TYPES[c.kind]}${c.isNullable ? ' | None = None' : ''}\n`)].join('')}

class ${e.model}Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    created_at: datetime
${e.columns.slice(0, -1).map((c) => `    ${c.name}: ${PY_TYPES[c.kind]}${c.isNullable ? ' | None' : ''}\n`).join('')}`,
    [`app/services/${e.snake}.py`]: `from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import ${[e.model, ...(first ? [first.model] : [])].join(', ')}
from app.schemas.${e.snake} import ${e.model}In


def list_${e.plural}(session: Session${first ? `, ${keyOf(first)}: int` : ''}, status: str | None = None, limit: int = 50) -> list[${e.model}]:
    query = select(${e.model})${first ? `.where(${e.model}.${keyOf(first)} == ${keyOf(first)})` : ''}
    if status is not None:
        query = query.where(${e.model}.status == status)
    return list(session.scalars(query.order_by(${e.model}.created_at.desc()).limit(limit)))


def get_${e.snake}(session: Session, ${e.snake}_id: int) -> ${e.model} | None:
    return session.get(${e.model}, ${e.snake}_id)


def create_${e.snake}(session: Session, data: ${e.model}In) -> ${e.model}:
    ${e.snake} = ${e.model}(${[...e.parents.map((p) => `${keyOf(p)}=data.${keyOf(p)}`), ...e.columns.slice(0, 5).map((c) => `${c.name}=data.${c.name}`)].join(', ')})
    session.add(${e.snake})
    session.commit()
    return ${e.snake}


def close_${e.snake}(session: Session, ${e.snake}_id: int) -> None:
    ${e.snake} = session.get(${e.model}, ${e.snake}_id)
    if ${e.snake} is None or ${e.snake}.status == "${CHOICES[3]}":
        return
    ${e.snake}.status = "${CHOICES[3]}"
${e.columns.slice(5).map((c) => `    if not ${e.snake}.${c.name}:\n        ${e.snake}.${c.name} = None\n`).slice(0, 2).join('')}    session.commit()


def count_by_status(session: Session) -> dict[str, int]:
    rows = session.execute(select(${e.model}.status, func.count(${e.model}.id)).group_by(${e.model}.status))
    return {status: count for status, count in rows}
${first ? `

def of_open_${first.plural}(session: Session) -> list[${e.model}]:
    query = select(${e.model}).join(${first.model}, ${e.model}.${keyOf(first)} == ${first.model}.id).where(${first.model}.status == "${CHOICES[1]}")
    return [${e.snake} for ${e.snake} in session.scalars(query) if ${e.snake}.${first.snake}.title]
` : ''}`,
    [`app/routes/${e.snake}.py`]: `from fastapi import APIRouter, Depends, HTTPException
from sqlalchemy.orm import Session

from app.db import get_session
from app.schemas.${e.snake} import ${e.model}In, ${e.model}Out
from app.services import ${e.snake} as service

router = APIRouter(prefix="/${e.kebab}")


@router.get("/", response_model=list[${e.model}Out])
def index(${first ? `${keyOf(first)}: int, ` : ''}status: str | None = None, session: Session = Depends(get_session)):
    return service.list_${e.plural}(session${first ? `, ${keyOf(first)}` : ''}, status)


@router.get("/{${e.snake}_id}", response_model=${e.model}Out)
def show(${e.snake}_id: int, session: Session = Depends(get_session)):
    found = service.get_${e.snake}(session, ${e.snake}_id)
    if found is None:
        raise HTTPException(status_code=404)
    return found


@router.post("/", response_model=${e.model}Out)
def create(data: ${e.model}In, session: Session = Depends(get_session)):
    return service.create_${e.snake}(session, data)


@router.post("/{${e.snake}_id}/close")
def close(${e.snake}_id: int, session: Session = Depends(get_session)):
    service.close_${e.snake}(session, ${e.snake}_id)
    return {"counts": service.count_by_status(session)}
`,
    [`tests/test_${e.snake}.py`]: `from app.models import ${e.model}
from app.services.${e.snake} import close_${e.snake}, count_by_status


def test_close_${e.snake}(session):
    session.add(${e.model}(title="first", status="${CHOICES[1]}"))
    session.commit()
    close_${e.snake}(session, 1)
    assert session.get(${e.model}, 1).status == "${CHOICES[3]}"
    assert count_by_status(session) == {"${CHOICES[3]}": 1}
`,
  };
}

export function djangoProject(entities) {
  const files = {
    'manage.py': 'import os\nimport sys\n\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\nfrom django.core.management import execute_from_command_line\n\nexecute_from_command_line(sys.argv)\n',
    'config/settings.py': 'INSTALLED_APPS = ["rest_framework", "core"]\nDATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}\nROOT_URLCONF = "config.urls"\nUSE_TZ = True\n',
    'config/urls.py': 'from django.urls import include, path\n\nurlpatterns = [path("api/", include("core.urls"))]\n',
    'core/__init__.py': '', 'core/apps.py': 'from django.apps import AppConfig\n\n\nclass CoreConfig(AppConfig):\n    name = "core"\n',
    'core/models/__init__.py': entities.map((e) => `from .${e.snake} import ${e.model}  # noqa: F401\n`).join(''),
    'core/urls.py': `from rest_framework.routers import DefaultRouter\n\n${entities.map((e) => `from core.views.${e.snake} import ${e.model}ViewSet\n`).join('')}\nrouter = DefaultRouter()\n${entities.map((e) => `router.register("${e.kebab}", ${e.model}ViewSet)\n`).join('')}urlpatterns = router.urls\n`,
  };
  return { files, filesOf: djangoFiles, plain: (n) => `core/lib/part_${n}.py`, plainText: plainPython, touched: (e) => `core/services/${e.snake}.py` };
}

function djangoFiles(e) {
  const column = (c) => `    ${c.name} = models.${DJANGO_TYPES[c.kind]}${c.isNullable ? `${DJANGO_TYPES[c.kind].endsWith('(') ? '' : ', '}null=True, blank=True` : ''})\n`;
  const first = e.parents[0];
  return {
    [`core/models/${e.snake}.py`]: `from django.db import models


class ${e.model}(models.Model):
${e.parents.map((p) => `    ${p.snake} = models.ForeignKey("core.${p.model}", on_delete=models.CASCADE, related_name="${e.plural}")\n`).join('')}${e.columns.map(column).join('')}    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.title} ({self.status})"
`,
    [`core/serializers/${e.snake}.py`]: `from rest_framework import serializers

from core.models import ${e.model}


class ${e.model}Serializer(serializers.ModelSerializer):
    class Meta:
        model = ${e.model}
        fields = [${['id', ...e.parents.map((p) => p.snake), ...e.columns.slice(0, -1).map((c) => c.name), 'created_at'].map((name) => `"${name}"`).join(', ')}]
`,
    [`core/services/${e.snake}.py`]: `from django.db.models import Count
from django.utils import timezone

from core.models import ${[e.model, ...(first ? [first.model] : [])].join(', ')}


def recent_${e.plural}(${first ? `${first.snake}: ${first.model}, ` : ''}limit: int = 50):
    return ${e.model}.objects.filter(${first ? `${first.snake}=${first.snake}, ` : ''}status__in=["${CHOICES[0]}", "${CHOICES[1]}"])${first ? `.select_related("${first.snake}")` : ''}.order_by("-created_at")[:limit]


def create_${e.snake}(${first ? `${first.snake}: ${first.model}, ` : ''}data: dict) -> ${e.model}:
    return ${e.model}.objects.create(${[...e.parents.map((p, i) => `${p.snake}=${i === 0 ? p.snake : `data["${p.snake}"]`}`), ...e.columns.slice(0, 5).map((c) => `${c.name}=data["${c.name}"]`)].join(', ')})


def close_${e.snake}(${e.snake}_id: int) -> None:
    ${e.snake} = ${e.model}.objects.get(pk=${e.snake}_id)
    if ${e.snake}.status == "${CHOICES[3]}":
        return
    ${e.snake}.status = "${CHOICES[3]}"
    ${e.snake}.updated_at = timezone.now()
    ${e.snake}.save(update_fields=["status", "updated_at"])


def count_by_status() -> dict[str, int]:
    return {row["status"]: row["count"] for row in ${e.model}.objects.values("status").annotate(count=Count("id"))}
${first ? `

def of_open_${first.plural}():
    return [${e.snake}.title for ${e.snake} in ${e.model}.objects.filter(${first.snake}__status="${CHOICES[1]}") if ${e.snake}.${first.snake}.title]
` : ''}`,
    [`core/views/${e.snake}.py`]: `from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from core.models import ${e.model}
from core.serializers.${e.snake} import ${e.model}Serializer
from core.services.${e.snake} import close_${e.snake}, count_by_status


class ${e.model}ViewSet(viewsets.ModelViewSet):
    queryset = ${e.model}.objects.all()
    serializer_class = ${e.model}Serializer

    def get_queryset(self):
        status = self.request.query_params.get("status")
        return self.queryset.filter(status=status) if status else self.queryset

    @action(detail=True, methods=["post"])
    def close(self, request, pk=None):
        close_${e.snake}(pk)
        return Response(count_by_status())
`,
    [`core/tests/test_${e.snake}.py`]: `from django.test import TestCase

from core.models import ${e.model}
from core.services.${e.snake} import count_by_status


class ${e.model}Tests(TestCase):
    def test_counts(self):
        ${e.model}.objects.create(title="first", status="${CHOICES[1]}")
        self.assertEqual(count_by_status(), {"${CHOICES[1]}": 1})
`,
  };
}
